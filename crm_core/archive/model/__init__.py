"""Tables of the archive.  Dates of validity: from the first day, up to but without ``valid_to``."""

from __future__ import annotations

from crm_core.archive.model.account import Account, AccountRelation, Receivable
from crm_core.archive.model.duplicates import DuplicatePair
from crm_core.archive.model.geocode import Geocode
from crm_core.archive.model.grading import GradeSuggestion
from crm_core.archive.model.life import OutletLife, Proposal
from crm_core.archive.model.outlet import (
    CallWindow,
    ExternalRef,
    OfOutlet,
    Outlet,
)
from crm_core.archive.model.record import (
    Attachment,
    CompetitorFact,
    Contact,
    MonthlySales,
    OfRecord,
    SavedFilter,
    Tag,
    Tagging,
)
from crm_core.archive.model.risk import OutletRisk
from crm_core.archive.model.sheets import ColumnChoice, ImportChange, OutletExport, OutletImport
from crm_core.archive.model.visiting import Grade, OutletAssignment, VisitPolicy

__all__ = [
    "Account",
    "AccountRelation",
    "Attachment",
    "CallWindow",
    "ColumnChoice",
    "CompetitorFact",
    "Contact",
    "DuplicatePair",
    "ExternalRef",
    "Geocode",
    "Grade",
    "GradeSuggestion",
    "ImportChange",
    "MonthlySales",
    "OfOutlet",
    "OfRecord",
    "Outlet",
    "OutletAssignment",
    "OutletExport",
    "OutletImport",
    "OutletLife",
    "OutletRisk",
    "Proposal",
    "Receivable",
    "SavedFilter",
    "Tag",
    "Tagging",
    "VisitPolicy",
]
