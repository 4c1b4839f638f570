"""Result types of the national database of procedures, some 2,300 of them, read when first asked for."""

from __future__ import annotations

from functools import cache

from catalogue.codes.dossier import ResultTypeCode
from catalogue.errors import BadCatalogue, InvalidCode, UnknownResultType
from catalogue.load import read_tsv
from catalogue.procedure_model import ResultType

_FILE = "result_types.tsv"


def result_type(code: str) -> ResultType:
    """The result type of a code such as `KQ.G15.000031`. Raises `UnknownResultType`."""
    found = _all().get(code)
    if found is None:
        raise UnknownResultType(id=code)
    return found


def result_types() -> tuple[ResultType, ...]:
    """All result types by code."""
    return tuple(_all().values())


@cache
def _all() -> dict[str, ResultType]:
    found = {}
    for row in read_tsv(_FILE):
        code = row["result_type_code"]
        try:
            ResultTypeCode(code)
            count = int(row["n_procedures"])
        except (InvalidCode, ValueError) as error:
            raise BadCatalogue(file=_FILE, record=code, why=str(error)) from error
        if code in found:
            raise BadCatalogue(file=_FILE, record=code, why="stands twice")
        found[code] = ResultType(code, row["name"], count, row["example_procedure"])
    return found
