"""Networks in ONNX Runtime: one thread, no arena, opened from the package or from the wheel of base weights."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from digitize.errors import WeightsMissing

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

WEIGHTS = Path(__file__).parent / "weights"
"""The engine's own weights; docs/digitize.md says what the folder holds."""

BASE = "trueocr"


def session(path: Path) -> InferenceSession:
    """The network of a file, ready to run. Raises `WeightsMissing`."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Lines and pages come in all sizes: the arena would keep the largest of each and only grow.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's own errors share no public root
        raise WeightsMissing(file=path.name) from error


def base_model(name: str) -> Path:
    """The file of a network of the base weights: `det`, `orient` or `order`."""
    spec = find_spec(BASE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsMissing(file=f"{name}.onnx")
    return Path(spec.submodule_search_locations[0]) / "models" / f"{name}.onnx"
