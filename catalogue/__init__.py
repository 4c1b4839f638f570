"""The field's own knowledge: codes, kinds of document, procedures, agencies, text folding and the root error."""

from catalogue import errors
from catalogue.agencies import agencies, agency, province, province_by_name, provinces
from catalogue.agency_model import Agency, Issuer, IssuerWarning, Level, Province
from catalogue.codes.base import Code
from catalogue.codes.card import UNVERIFIED_VI, CardQr
from catalogue.codes.document import DocCode, DocumentNumber, LandSerial, Plate
from catalogue.codes.dossier import DossierCode, ProcedureCode, ResultCode, ResultTypeCode
from catalogue.codes.identifier import SCHEMES, Identifier, Scheme
from catalogue.codes.mrz import Mrz
from catalogue.codes.organisation import AgencyCode, TaxCode
from catalogue.codes.person import CitizenId, CodeWarning, IdCard, Passport, Sex, mask, normal_sex
from catalogue.errors import BadCatalogue, ExitCode, HosoError, InvalidCode, UnknownEntry
from catalogue.fonts import FONT_DIR, FONT_NAMES, FontName, font_path
from catalogue.issuers import find_agency
from catalogue.kinds import kind, kind_of_result, kinds, metadata
from catalogue.model import Certainty, FieldSpec, FieldType, Kind, Provenance, Reuse, Validity, ValidityRule, add_months
from catalogue.procedure_model import (
    Component,
    Database,
    Evidence,
    ListedProcedure,
    Mode,
    Party,
    Procedure,
    PurposeRule,
    ResultType,
    ScanRule,
    Source,
    TimeLimit,
    Unit,
)
from catalogue.procedures import database, databases, evidence_for, listed_procedures, procedure, procedures
from catalogue.results import result_type, result_types
from catalogue.text import fold, name_key, nfc, same_name, tone_key
from catalogue.vocabulary import date_words, ethnic_group, ethnic_groups, number_words

__all__ = [
    "FONT_DIR",
    "FONT_NAMES",
    "SCHEMES",
    "UNVERIFIED_VI",
    "Agency",
    "AgencyCode",
    "BadCatalogue",
    "CardQr",
    "Certainty",
    "CitizenId",
    "Code",
    "CodeWarning",
    "Component",
    "Database",
    "DocCode",
    "DocumentNumber",
    "DossierCode",
    "Evidence",
    "ExitCode",
    "FieldSpec",
    "FieldType",
    "FontName",
    "HosoError",
    "IdCard",
    "Identifier",
    "InvalidCode",
    "Issuer",
    "IssuerWarning",
    "Kind",
    "LandSerial",
    "Level",
    "ListedProcedure",
    "Mode",
    "Mrz",
    "Party",
    "Passport",
    "Plate",
    "Procedure",
    "ProcedureCode",
    "Provenance",
    "Province",
    "PurposeRule",
    "ResultCode",
    "ResultType",
    "ResultTypeCode",
    "Reuse",
    "ScanRule",
    "Scheme",
    "Sex",
    "Source",
    "TaxCode",
    "TimeLimit",
    "Unit",
    "UnknownEntry",
    "Validity",
    "ValidityRule",
    "add_months",
    "agencies",
    "agency",
    "database",
    "databases",
    "date_words",
    "errors",
    "ethnic_group",
    "ethnic_groups",
    "evidence_for",
    "find_agency",
    "fold",
    "font_path",
    "kind",
    "kind_of_result",
    "kinds",
    "listed_procedures",
    "mask",
    "metadata",
    "name_key",
    "nfc",
    "normal_sex",
    "number_words",
    "procedure",
    "procedures",
    "province",
    "province_by_name",
    "provinces",
    "result_type",
    "result_types",
    "same_name",
    "tone_key",
]
