"""Invented pictures for the DEMO authority: a scribble in blue ink and a round seal in red, drawn as PDF paths."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from signing.lettering import wide

__all__ = ["ArcText", "Picture", "scribble", "seal"]


@dataclass(frozen=True, slots=True)
class ArcText:
    """Text along a circle: each glyph is turned about the centre. `clockwise` text reads on the upper half."""

    text: str
    centre: tuple[float, float]
    radius: float
    size: float
    clockwise: bool = True

    def glyphs(self) -> list[tuple[str, float, float, float]]:
        """Each letter with the place of its left foot and its turn in radians."""
        total = wide(self.text, self.size) / self.radius
        turn = 1.0 if self.clockwise else -1.0
        angle = math.pi / 2 + turn * total / 2 if self.clockwise else -math.pi / 2 - total / 2
        placed = []
        for letter in self.text:
            step = wide(letter, self.size) / self.radius
            middle = angle - step / 2 if self.clockwise else angle + step / 2
            tilt = middle - math.pi / 2 if self.clockwise else middle + math.pi / 2
            x = self.centre[0] + self.radius * math.cos(middle) - math.cos(tilt) * wide(letter, self.size) / 2
            y = self.centre[1] + self.radius * math.sin(middle) - math.sin(tilt) * wide(letter, self.size) / 2
            placed.append((letter, x, y, tilt))
            angle = angle - step if self.clockwise else angle + step
        return placed


@dataclass(frozen=True, slots=True)
class Picture:
    """PDF path operators in a box of `width` × `height` points, and texts along circles."""

    width: float
    height: float
    paths: bytes
    arcs: tuple[ArcText, ...] = ()


def scribble(name: str, width: float, height: float) -> Picture:
    """A made-up handwritten signature; the same name gives the same strokes."""
    dice = hashlib.sha256(name.encode()).digest()
    pen = [(value / 255) for value in dice]
    loops = 4 + dice[0] % 3
    out = [f"{max(0.9, height / 42):.2f} w 1 J 1 j"]
    x, y = width * 0.06, height * (0.35 + 0.2 * pen[1])
    out.append(f"{x:.1f} {y:.1f} m")
    step = width * 0.78 / loops
    for number in range(loops):
        tall = height * (0.95 if number == 0 else 0.35 + 0.4 * pen[2 + number])
        dip = height * (0.05 + 0.2 * pen[10 + number])
        lean = step * (0.2 + 0.5 * pen[18 + number])
        end = x + step
        out.append(f"{x + lean:.1f} {tall:.1f} {end + lean * 0.7:.1f} {tall:.1f} {x + step * 0.45:.1f} {dip:.1f} c")
        out.append(f"{x + step * 0.3:.1f} {dip * 0.3:.1f} {end:.1f} {dip:.1f} {end:.1f} {height * 0.42:.1f} c")
        x = end
    out.append(
        f"{x + step * 0.3:.1f} {height * 0.75:.1f} {width * 0.97:.1f} {height * 0.6:.1f} "
        f"{width * 0.94:.1f} {height * 0.3:.1f} c"
    )
    out.append(
        f"{width * 0.7:.1f} {height * 0.02:.1f} {width * 0.4:.1f} {height * 0.1:.1f} "
        f"{width * 0.16:.1f} {height * 0.16:.1f} c S"
    )
    return Picture(width, height, "\n".join(out).encode())


def seal(agency: str, diameter: float) -> Picture:
    """A round DEMO seal: two rings, a star, the agency on the upper arc, DEMO on the lower one. It is no copy of a
    real seal: the emblem of the state is left out on purpose."""
    r = diameter / 2
    out = [f"{diameter * 0.022:.2f} w", _circle(r, r, r - diameter * 0.015), "S"]
    out += [f"{diameter * 0.008:.2f} w", _circle(r, r, r * 0.9), "S", _circle(r, r, r * 0.56), "S"]
    out += [_star(r, r, r * 0.36), "f"]
    upper = agency.upper()
    size = diameter * 0.085
    most = math.radians(250) * r * 0.67
    size = min(size, size * most / max(1.0, wide(upper, size)))
    arcs = (
        ArcText(upper, (r, r), r * 0.67, size),
        ArcText("★ DEMO ★".replace("★", "•"), (r, r), r * 0.82, diameter * 0.085, clockwise=False),
    )
    return Picture(diameter, diameter, "\n".join(out).encode(), arcs)


def _circle(x: float, y: float, r: float) -> str:
    k = r * 0.5522847498
    return (
        f"{x + r:.2f} {y:.2f} m {x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c h"
    )


def _star(x: float, y: float, r: float) -> str:
    points = []
    for number in range(10):
        far = r if number % 2 == 0 else r * 0.382
        angle = math.pi / 2 + number * math.pi / 5
        points.append(f"{x + far * math.cos(angle):.2f} {y + far * math.sin(angle):.2f}")
    return " l ".join([f"{points[0]} m {points[1]}", *points[2:]]) + " l h"
