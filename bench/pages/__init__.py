"""Pages to measure reading on: forms of invented people with exact truth, as scans and photographs of three levels.

    .venv/bin/python -m bench.pages OUT [--pages 40] [--seed 1] [--level office …]

Nothing here is shared with `digitize.training`: other texts, other damage, and font families that training keeps out.
Typesetting and inks are those of the samples.
"""

from __future__ import annotations

import sys
from pathlib import Path

# The samples are programs beside each other, not a package.
sys.path.insert(0, str(Path(__file__).parents[2] / "samples"))
