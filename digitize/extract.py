"""The fields of a document: the minimum metadata (TT 01/2023/TT-VPCP, art. 9), its owner, and its kind's own fields.

The head gives what every official paper has; the catalogue's labels give the rest. A field that is not found is left
out: nothing is guessed from what papers of a kind usually say, but for a term that the law fixes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from catalogue import FieldSpec, FieldType, Kind, fold, nfc
from catalogue import kind as kind_of
from digitize import heading
from digitize.classify import title_of
from digitize.filled_in import with_hands
from digitize.labels import Labelled, label_key, label_likeness, labelled
from digitize.model import Field, KindGuess, Page
from digitize.owners import owner_fields
from digitize.rereading import reread
from digitize.spans import field, text_lines
from digitize.values import find_citizen_id, find_date, find_name, find_number, find_sex

_MOST_TEXT = 500
_DERIVED = 0.9
_IDENTITY = {FieldType.CITIZEN_ID, FieldType.IDENTITY}
_FREE = {FieldType.TEXT, FieldType.PLACE, FieldType.AGENCY, FieldType.ETHNICITY, FieldType.NATIONALITY}
_NOT_LABELLED = {"title", "summary", "number", "qr", "mrz", "country", "article_1"}


def extract(pages: Sequence[Page], guess: KindGuess) -> tuple[Field, ...]:
    """Fields in the catalogue's order: metadata first, then the kind's own."""
    lines = reread(text_lines([with_hands(page) for page in pages]))
    if not lines:
        return ()
    kind = kind_of(guess.id)
    pairs = labelled(lines)
    own = kind_fields(kind, pairs)
    by_name = {made.name: made for made in reversed(own)}
    head: list[Field] = []
    head += _type_code(kind, guess)
    head += owner_fields(kind, own, pairs, lines)
    head += heading.title_field(title_of(pages[0]), pages[0].number)
    head += heading.number_fields(lines)
    issued = heading.dated(lines) or _as("issued_on", by_name.get("issued_on") or by_name.get("registered_on"))
    issuer = heading.issuer_field(lines) or _as(
        "issuer_name", by_name.get("issuer_name") or by_name.get("registered_at")
    )
    until = _as("valid_to", by_name.get("expires_on")) or _until(pairs) or _term(kind, issued)
    scope = _as("scope", by_name.get("purpose")) or labelled_field("scope", ("Phạm vi hiệu lực",), pairs)
    head += [made for made in (issued, issuer, heading.summary_field(lines), until, scope) if made]
    named = {made.name for made in head}
    return (*head, *(made for made in own if made.name not in named))


def _type_code(kind: Kind, guess: KindGuess) -> list[Field]:
    """The result type on the national list, or the catalogue's own id where the kind is no procedure's result."""
    codes = kind.result_types
    sure = guess.confidence * (1.0 if len(codes) <= 1 else 0.6)
    return [Field("doc_type_code", codes[0] if codes else kind.id, sure)]


def _as(name: str, made: Field | None) -> Field | None:
    return Field(name, made.value, made.confidence, made.page, made.box) if made else None


def _until(pairs: Sequence[Labelled]) -> Field | None:
    """The date up to which a printed term runs: Thời hạn ủy quyền: đến hết ngày 31 tháng 12 năm 2026."""
    for pair in pairs:
        if "thoi han" in pair.key and "den" in fold(pair.value).split():
            found = find_date(pair.value[pair.value.find("đ") :])
            if found and len(found.text) == 10:
                return field("valid_to", found.text, pair.page, pair.words, found.penalty * _DERIVED)
    return None


def _term(kind: Kind, issued: Field | None) -> Field | None:
    """The end of a term that a rule fixes, counted from the day of issue; printed nowhere, so it has no box."""
    if issued is None or len(issued.value) != 10:
        return None
    end = kind.validity.ends(date.fromisoformat(issued.value))
    return Field("valid_to", end.isoformat(), issued.confidence * _DERIVED) if end else None


def labelled_field(name: str, labels: Sequence[str], pairs: Iterable[Labelled]) -> Field | None:
    """The text after one of some labels."""
    wanted = [label_key(label) for label in labels]
    for pair in pairs:
        likeness = max(label_likeness(key, pair.key) for key in wanted)
        if likeness and pair.value and pair.words:
            return field(name, nfc(pair.value)[:_MOST_TEXT], pair.page, pair.words, likeness)
    return None


def kind_fields(kind: Kind, pairs: Sequence[Labelled]) -> list[Field]:
    """The kind's own fields, by their labels.

    A label that names a party (người mẹ, bên được ủy quyền) begins that party's part: labels after it that name
    nobody are the party's, as far as it has such a field.
    """
    found: dict[str, Field] = {}
    party = ""
    for pair in pairs:
        best = _best(kind, pair, party, found)
        if best is None:
            continue
        spec, likeness = best
        party = party_of(spec) or party
        made = read_value(spec, pair, likeness)
        if made:
            found[spec.name] = made
    return [found[spec.name] for spec in kind.fields if spec.name in found]


def party_of(spec: FieldSpec) -> str:
    """The party whose field it is: mother of mother_full_name; empty for the document's own."""
    general = spec.label_en.partition(" (")[2]
    return spec.name.rpartition("_" + _base(spec))[0] if general and _base(spec) else ""


def _base(spec: FieldSpec) -> str:
    """full_name of mother_full_name."""
    for base in ("full_name", "born", "ethnicity", "nationality", "residence", "identity_paper", "citizen_id"):
        if spec.name.endswith("_" + base):
            return base
    return ""


def _best(kind: Kind, pair: Labelled, party: str, found: dict[str, Field]) -> tuple[FieldSpec, float] | None:
    """The field that a label fits best: by the words, then the current party's, then the first still empty."""
    fits = []
    for order, spec in enumerate(kind.fields):
        if spec.name in found or spec.name in _NOT_LABELLED:
            continue
        whose = party_of(spec)
        named = spec.labels[: len(spec.labels) // 2] if whose else ()
        exact = max((label_likeness(label_key(label), pair.key) for label in named), default=0.0)
        loose = max((label_likeness(label_key(label), pair.key) for label in spec.labels[len(named) :]), default=0.0)
        if exact:
            fits.append((exact, 2, -order, spec))
        elif loose and (whose == party or not whose):
            fits.append((loose, 1 if whose == party else 0, -order, spec))
    if not fits:
        return None
    likeness, _, _, spec = max(fits, key=lambda fit: fit[:3])
    return spec, likeness


def read_value(spec: FieldSpec, pair: Labelled, likeness: float) -> Field | None:
    """A label's value in the form its field wants; None where it does not read as such."""
    text = pair.value
    if not text or not pair.words:
        return None
    if spec.type in _FREE:
        return field(spec.name, nfc(text).strip(" .;,_")[:_MOST_TEXT], pair.page, pair.words, likeness)
    reader = {
        FieldType.DATE: find_date,
        FieldType.NAME: find_name,
        FieldType.SEX: find_sex,
        FieldType.CODE: find_number,
    }.get(spec.type)
    found = find_citizen_id(text, boxed=True) if spec.type in _IDENTITY else reader(text) if reader else None
    if found is None:
        return None
    words, at = [], 0
    for word in pair.words:
        if at < found.end and at + len(word.text) > found.start:
            words.append(word)
        at += len(word.text) + 1
    return field(spec.name, found.text, pair.page, words or pair.words, likeness * found.penalty)
