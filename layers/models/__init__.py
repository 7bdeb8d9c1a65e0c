"""The store: one file per map layer, and the register of layers that everything else walks."""

from .alerts import AlertState
from .conflicts import Conflict
from .criteria import (
    Assessment,
    Comparator,
    CriteriaSet,
    Criterion,
    Declaration,
    Indicator,
    Standing,
    Status,
    Threshold,
)
from .devices import Device
from .duplicates import DuplicateCandidate
from .facilities import FACILITIES, Facility
from .feature import TableChange, TableVersion
from .findings import FINDINGS, Finding
from .forms import Form
from .groups import Grouping, groups_of
from .households import HOUSEHOLDS, Household, Review
from .layer import Field, Layer, Mark, Overview, Style
from .members import Member, PersonalRead, record_read, viewer_of
from .network import NetworkRepair, RepairKind
from .plans import Package, Plan, PlanUnit, Work
from .programme import Cycle, Duty, Evidence, Milestone, Step
from .proposals import Proposal
from .records import RecordState
from .reports import Report, ReportState
from .roads import ROADS, Road
from .runs import ImportChange, ImportFinding, ImportRun
from .sheets import CheckedSheet
from .siting import SitingRule, SitingStudy
from .statistics import Statistic
from .submissions import Attachment, FieldChange, Submission
from .terrain import Terrain
from .turns import Turn
from .units import COMMUNES, DISTRICTS, HAMLETS, PROVINCES, Succession, Unit
from .waste import WASTE_SITES, WasteSite
from .water import WATER, Watercourse

#: Every map layer by its slug, in drawing order: the first is drawn below the others.
LAYERS: dict[str, Layer] = {
    layer.slug: layer
    for layer in (PROVINCES, DISTRICTS, COMMUNES, HAMLETS, WATER, ROADS, WASTE_SITES, FACILITIES, FINDINGS, HOUSEHOLDS)
}

__all__ = [
    "Grouping",
    "groups_of",
    "LAYERS",
    "AlertState",
    "Assessment",
    "Attachment",
    "Comparator",
    "Conflict",
    "CheckedSheet",
    "CriteriaSet",
    "Criterion",
    "Cycle",
    "Declaration",
    "Device",
    "DuplicateCandidate",
    "Duty",
    "Evidence",
    "Facility",
    "Field",
    "FieldChange",
    "Finding",
    "Form",
    "Household",
    "ImportChange",
    "ImportFinding",
    "ImportRun",
    "Indicator",
    "Layer",
    "Mark",
    "Member",
    "Milestone",
    "NetworkRepair",
    "Overview",
    "Package",
    "PersonalRead",
    "Proposal",
    "RecordState",
    "RepairKind",
    "Plan",
    "PlanUnit",
    "Report",
    "ReportState",
    "Review",
    "Road",
    "SitingRule",
    "SitingStudy",
    "Standing",
    "Statistic",
    "Status",
    "Step",
    "Style",
    "Submission",
    "Succession",
    "TableChange",
    "TableVersion",
    "Terrain",
    "Threshold",
    "Turn",
    "Unit",
    "WasteSite",
    "Watercourse",
    "Work",
    "record_read",
    "viewer_of",
]
