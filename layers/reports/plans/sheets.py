"""A plan as files to work on: a workbook with a sheet for each question, a GeoPackage of its works."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from layers.access import Viewer
from layers.mapserver.files import harmless
from layers.models import Plan, Work
from layers.models.roads import RoadClass
from layers.planning.plans.caveats import limits
from layers.planning.plans.words import TREATMENTS, official_names, reason

from .figures import gap, headline, region_name
from .tables import (
    choice_heads,
    choice_rows,
    criteria_heads,
    criteria_rows,
    curve_heads,
    curve_rows,
    trade_off_heads,
    trade_off_rows,
)
from .trust import assumed, labels
from .worth import summary_rows, work_heads, work_rows

MILLION = 10**6
WIDEST = 60


def plan_workbook(plan: Plan, viewer: Viewer) -> bytes:
    """Return an Excel workbook; money in million VND, lengths in metres."""
    book = Workbook()
    book.remove(book.active)
    document: dict[str, Any] = plan.result or {}
    _sheet(book, _("Plan"), (), _summary(plan, document))
    _sheet(book, pgettext("sheet", "Packages"), _package_heads(), _packages(plan, document))
    _sheet(book, _("Works"), _work_heads(), (_work(work) for work in _works(plan)))
    _sheet(book, _("Decided by the planner"), choice_heads(), choice_rows(plan))
    _sheet(book, pgettext("sheet", "Criteria"), criteria_heads(), criteria_rows(document))
    _sheet(book, _("Money and households"), curve_heads(), curve_rows(plan))
    _sheet(book, _("Criteria or households"), trade_off_heads(), trade_off_rows(plan))
    _sheet(book, _("Communes"), _commune_heads(), (_commune(row) for row in document["communes"]))
    _sheet(
        book,
        _("Sources"),
        (_("source"), _("given, million VND"), _("spent, million VND")),
        (_source(row) for row in document["sources"]),
    )
    _sheet(
        book, _("Costs and benefits"), (_("what"), _("value"), _("unit of measure"), _("origin")), summary_rows(plan)
    )
    _sheet(book, _("Works appraised"), work_heads(), work_rows(plan))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    if heads:
        sheet.append(list(heads))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([harmless(value) for value in row])
    for number, column in enumerate(sheet.iter_cols(values_only=True), 1):
        longest = max((len(str(value)) for value in column if value is not None), default=8)
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, WIDEST)


def _summary(plan: Plan, document: dict[str, Any]) -> list[tuple[str, Any]]:
    totals = document["totals"]
    return [
        (_("plan"), plan.title),
        (_("region"), region_name(plan)),
        (_("state"), plan.get_state_display()),
        ("", headline(totals)),
        (_("distance to the best"), gap(document)),
        (_("cost, million VND"), totals["cost"] / MILLION),
        (_("of which the State's"), totals["state"] / MILLION),
        (_("of which the people's"), totals["people"] / MILLION),
        (_("length, m"), totals["length_m"]),
        (_("households joined to their centre"), totals["gained"]["households"]),
        (_("of them poor"), totals["gained"]["poor_households"]),
        *(("", sentence) for sentence in limits(document)),
        *((_("assumed"), sentence) for sentence in assumed(plan)),
        (_("fingerprint of the data"), plan.inputs_sha256),
        (_("fingerprint of the answer"), plan.result_sha256),
    ]


def _package_heads() -> tuple[str, ...]:
    return (
        _("No."), _("package"), _("length, m"), _("cost, million VND"), _("the State's, million VND"),
        _("the people's, million VND"), _("households"), _("of them poor"), _("minutes saved"), _("why"), _("how sure"),
    )  # fmt: skip


def _packages(plan: Plan, document: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    rows, sure = document["packages"], labels(plan)
    for row, name in zip(rows, official_names(rows), strict=True):
        yield (
            row["number"], name, row["length_m"], row["cost"] / MILLION, row["state"] / MILLION,
            row["people"] / MILLION, row["gained"]["households"], row["gained"]["poor_households"],
            row["minutes"], reason(row), sure.get(row["number"], ""),
        )  # fmt: skip


def _works(plan: Plan) -> Iterable[Work]:
    return plan.works.select_related("package", "unit").order_by("package__number", "key")


def _work_heads() -> tuple[str, ...]:
    return (
        _("package"), _("work"), _("unit"), _("class or kind"), _("what is built"), _("length, m"),
        _("cost, million VND"), _("the people's, million VND"),
    )  # fmt: skip


def _work(work: Work) -> tuple[Any, ...]:
    return (
        work.package.number, work.name, work.unit.name, _category(work),
        str(TREATMENTS.get(work.treatment, work.treatment)), work.length_m,
        work.cost / MILLION, work.people_cost / MILLION,
    )  # fmt: skip


def _category(work: Work) -> str:
    return str(RoadClass(work.category).label) if work.category in RoadClass.values else str(work.get_kind_display())


def _commune_heads() -> tuple[str, ...]:
    return (
        _("commune"), _("households"), _("poor households"), _("households joined"), _("of them poor"),
        _("length, m"), _("cost, million VND"), _("the people's, million VND"),
    )  # fmt: skip


def _commune(row: dict[str, Any]) -> tuple[Any, ...]:
    gained = row["gained"]
    return (
        row["name"], row["households"], row["poor_households"], gained["households"], gained["poor_households"],
        row["length_m"], row["cost"] / MILLION, row["people"] / MILLION,
    )  # fmt: skip


def _source(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["name"], None if row["amount"] is None else row["amount"] / MILLION, row["spent"] / MILLION


def works_workbook(works: Iterable[Work]) -> bytes:
    """Return approved works as an Excel workbook, each with its plan and the decision that approved it."""
    book = Workbook()
    book.remove(book.active)
    heads = (*_work_heads(), _("plan"), _("decision"), _("approved"))
    rows = ((*_work(work), work.plan.title, work.plan.decision, _day(work.plan.approved_at)) for work in works)
    _sheet(book, _("Approved works"), heads, rows)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def plan_geopackage(plan: Plan, viewer: Viewer) -> bytes:
    """Return the works with a place as one layer in EPSG:4326, money in VND."""
    works = [work for work in _works(plan) if work.geom]
    shapes = np.empty(len(works), dtype=np.object_)
    shapes[:] = [bytes(geometry.wkb) for work in works if (geometry := work.geom)]
    columns: dict[str, list[Any]] = {
        _("plan"): [plan.title] * len(works),
        _("package"): [work.package.number for work in works],
        _("work"): [work.name for work in works],
        _("unit"): [work.unit.name for work in works],
        _("class or kind"): [_category(work) for work in works],
        _("what is built"): [str(TREATMENTS.get(work.treatment, work.treatment)) for work in works],
        _("length, m"): [work.length_m for work in works],
        _("cost, VND"): [work.cost for work in works],
        _("the people's, VND"): [work.people_cost for work in works],
        _("road or facility"): [str(work.subject or "") for work in works],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        pyogrio.raw.write(
            path,
            shapes,
            [np.array(values, dtype=None if values and not isinstance(values[0], str) else object)
             for values in columns.values()],
            list(columns),
            layer="works",
            driver="GPKG",
            geometry_type="Unknown",
            crs="EPSG:4326",
        )  # fmt: skip
        return path.read_bytes()
