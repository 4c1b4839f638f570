"""Data in, PDF/A-2b out: receipts, forms, results from templates, separator sheets, QR codes.

paper.receipt(Receipt) -> Paper               form 01
paper.form("02", Notice) -> Paper             forms 02 to 05; "06" with ControlSlip, "07" with TrackingBook
paper.result("giay_xn_tthn", ResultData) -> Paper
paper.templates() -> Mapping[str, Template]
paper.separator(Separator) -> Paper
paper.paper_copy(pdf, Conversion) -> bytes    an electronic document on paper, with where to look it up
"""

from paper.conversion import Conversion, paper_copy
from paper.errors import (
    BadField,
    BadPublicUrl,
    BadQr,
    MissingFields,
    Overfull,
    PaperError,
    UnknownFields,
    UnknownForm,
    UnknownTemplate,
    Unprintable,
)
from paper.forms import form, receipt
from paper.model import (
    BookEntry,
    Case,
    ControlSlip,
    Issuer,
    Notice,
    Paper,
    Place,
    Receipt,
    ReceivedItem,
    ResultData,
    Separator,
    Signer,
    Step,
    System,
    Template,
    TemplateField,
    TrackingBook,
)
from paper.qr import DataQr, data_qr, lookup_url, read_data_qr
from paper.results import result, templates
from paper.sheets import read_separator_qr, separator

__all__ = [
    "BadField",
    "BadPublicUrl",
    "BadQr",
    "BookEntry",
    "Case",
    "ControlSlip",
    "Conversion",
    "DataQr",
    "Issuer",
    "MissingFields",
    "Notice",
    "Overfull",
    "Paper",
    "PaperError",
    "Place",
    "Receipt",
    "ReceivedItem",
    "ResultData",
    "Separator",
    "Signer",
    "Step",
    "System",
    "Template",
    "TemplateField",
    "TrackingBook",
    "UnknownFields",
    "UnknownForm",
    "UnknownTemplate",
    "Unprintable",
    "data_qr",
    "form",
    "lookup_url",
    "paper_copy",
    "read_data_qr",
    "read_separator_qr",
    "receipt",
    "result",
    "separator",
    "templates",
]
