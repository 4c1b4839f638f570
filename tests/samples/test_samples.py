"""The samples are what their truth says, small, and of nobody."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pillow_heif
import pypdfium2
import pytest
from PIL import Image, ImageSequence

import catalogue

ROOT = Path(__file__).resolve().parents[2] / "samples"
DOSSIERS = sorted(path.parent for path in ROOT.glob("*/dossier.json"))
FILES = sorted(path for folder in DOSSIERS for path in folder.iterdir() if path.is_file() and path.suffix != ".json")
# Names that digitize adds to the catalogue's: whose it is, and the letters of its number.
OWN = {"owner_name", "notation"}
LEVELS = {"born_digital", "clean", "skewed", "noisy", "photographed"}

pillow_heif.register_heif_opener()


def truth(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path.parent / "truth" / f"{path.name}.json").read_text(encoding="utf-8"))
    return found


def dossier(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "dossier.json").read_text(encoding="utf-8"))
    return found


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def greys(path: Path) -> list[Any]:
    """The pages as grey arrays at the size that the truth speaks of."""
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        pages = [
            document[n].render(scale=page["width"] / document[n].get_width()).to_pil().convert("L")
            for n, page in enumerate(truth(path)["pages"])
        ]
        document.close()
        return [np.asarray(page) for page in pages]
    with Image.open(path) as image:
        return [np.asarray(page.convert("L")) for page in ImageSequence.Iterator(image)]


def test_two_dossiers_of_a_dozen_files_in_at_most_ten_megabytes() -> None:
    assert len(DOSSIERS) == 2 and len(FILES) >= 12
    assert {path.suffix for path in FILES} == {".pdf", ".tif", ".jpg", ".png", ".heic"}
    assert sum(path.stat().st_size for folder in DOSSIERS for path in folder.rglob("*") if path.is_file()) <= 10_000_000
    levels = [page["level"] for path in FILES for page in truth(path)["pages"]]
    assert set(levels) == LEVELS
    assert any(len(truth(path)["pages"]) > 1 for path in FILES if path.suffix == ".tif")


def test_a_scanned_a_born_digital_and_a_mixed_pdf_are_there() -> None:
    ways = {
        frozenset(page["level"] == "born_digital" for page in truth(path)["pages"])
        for path in FILES
        if path.suffix == ".pdf"
    }
    assert ways == {frozenset({True}), frozenset({False}), frozenset({True, False})}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_pages_are_as_many_and_as_large_as_said(path: Path) -> None:
    pages = truth(path)["pages"]
    shapes = [page.shape[::-1] for page in greys(path)]
    assert [page["number"] for page in pages] == list(range(1, len(shapes) + 1))
    for page, shape in zip(pages, shapes, strict=True):
        assert np.abs(np.subtract(shape, (page["width"], page["height"]))).max() <= 1


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_ink_lies_in_every_box_and_boxes_on_the_page(path: Path) -> None:
    for page, grey in zip(truth(path)["pages"], greys(path), strict=True):
        for line in page["lines"]:
            x0, y0, x1, y1 = line["box"]
            assert 0 <= x0 < x1 <= page["width"] and 0 <= y0 < y1 <= page["height"], line["text"]
            inside = grey[round(y0) : round(y1), round(x0) : round(x1)].astype(int)
            assert np.percentile(inside, 90) - inside.min() > 50, line["text"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_quads_follow_from_the_homography(path: Path) -> None:
    for page in truth(path)["pages"]:
        back = np.linalg.inv(np.array(page["homography"]))
        for line in page["lines"]:
            corners = np.array([[*corner, 1] for corner in line["quad"]]) @ back.T
            (x0, y0), (x1, _), _, (_, y3) = corners[:, :2] / corners[:, 2:]
            assert x1 > x0 and y3 > y0
            assert abs((corners[1, 1] / corners[1, 2]) - y0) < 0.5, "on the printed page the line is level"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_text_is_nfc_and_the_main_fields_stand_on_the_page(path: Path) -> None:
    found = truth(path)
    text = " ".join(line["text"] for page in found["pages"] for line in page["lines"])
    assert text == unicodedata.normalize("NFC", text)
    folded = text.casefold()
    (document,) = found["documents"]
    assert document["pages"] == [page["number"] for page in found["pages"]]
    for field in document["fields"]:
        value = field["value"]
        assert value == unicodedata.normalize("NFC", value)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            assert 1980 < date.fromisoformat(value).year < 2030
        elif field["name"] in {"owner_id", "owner_name", "title", "number", "summary", "full_name"}:
            assert value.casefold() in folded, field["name"]


@pytest.mark.parametrize("folder", DOSSIERS, ids=lambda folder: folder.name)
def test_a_dossier_places_every_file(folder: Path) -> None:
    said = dossier(folder)
    placed = [name for component in said["components"] for name in component["files"]]
    assert sorted(placed) == [path.name for path in FILES if path.parent == folder]
    assert said["applicant"]["value"] == "001190000001"


def test_the_second_dossier_reuses_what_the_first_one_gives() -> None:
    first, second = (dossier(folder) for folder in DOSSIERS)
    assert all(reuse["from"] == DOSSIERS[0].name for reuse in second["reuses"])
    assert first["results"][0] in {reuse["kind"] for reuse in second["reuses"]}
    assert first["applicant"]["value"] == second["applicant"]["value"]


@pytest.mark.parametrize("folder", DOSSIERS, ids=lambda folder: folder.name)
def test_procedures_components_and_kinds_are_the_catalogues(folder: Path) -> None:
    said = dossier(folder)
    procedure = catalogue.procedure(said["procedure"], date(2026, 11, 20))
    assert said["procedure_name"] == procedure.name_vi
    assert set(said["results"]) <= set(procedure.result_kinds)
    for component in said["components"]:
        for name in component["files"]:
            (document,) = truth(folder / name)["documents"]
            kind = catalogue.kind(document["kind"])
            if component["component"] is not None:
                accepted = procedure.component(component["component"])
                assert accepted is not None and kind.id in accepted.kinds, name
            known = {spec.name for spec in (*catalogue.metadata(), *kind.fields)} | OWN
            assert {field["name"] for field in document["fields"]} <= known, name
    for reuse in said["reuses"]:
        wanted = procedure.component(reuse["component"])
        assert wanted is not None and reuse["kind"] in wanted.kinds


def test_only_invented_people_are_named() -> None:
    """Surnames of Vietnam open a name; whatever follows one in a text must be a name of the invented list."""
    people = set(json.loads((ROOT / "people.json").read_text(encoding="utf-8")))
    surnames = "|".join({name.split()[0] for name in people} | {"HUỲNH", "PHAN", "NGÔ", "DƯƠNG", "ĐINH", "TRƯƠNG"})
    pattern = re.compile(rf"\b(?:{surnames})(?: \w+){{1,4}}", re.IGNORECASE)
    for path in FILES:
        text = " ".join(line["text"] for page in truth(path)["pages"] for line in page["lines"])
        for match in pattern.finditer(text):
            if match[0].split()[1].upper() in {"VĂN", "THỊ"}:
                assert any(match[0].upper().startswith(name) for name in people), match[0]
        identifiers = re.findall(r"\b\d{12}\b", json.dumps(truth(path), ensure_ascii=False))
        assert all(re.fullmatch(r"001[0-3]\d\d00000\d", number) for number in identifiers), path.name


def test_born_digital_pages_have_a_text_layer_and_scans_none() -> None:
    for path in FILES:
        if path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                for page, said in zip(pdf.pages, truth(path)["pages"], strict=True):
                    assert ("/Font" in page.Resources) == (said["level"] == "born_digital")
