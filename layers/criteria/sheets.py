"""Indicators and their values from a sheet (XLSX, CSV): read, checked row by row, stored all or not at all.

The same sheet is offered for download: what a set holds can be taken out, completed in Excel and brought back. An
indicator has one row for each year from which values hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.imports.archives import opened
from layers.imports.fields import match, parser
from layers.imports.findings import MESSAGES
from layers.imports.keys import key
from layers.imports.sources import opened_source
from layers.imports.targets import Column, Family, Target, Type
from layers.models import Comparator, CriteriaSet, Indicator, Threshold
from layers.models.layer import Text
from layers.models.units import CommuneGroup, Region

from .changing import Reach, Scope, closed, impossible, whole
from .measures import MEASURES

_SIGNS = {">=": ">=|≥|từ|at least", "<=": "<=|≤|không quá|at most", "==": "=|==|đạt|is"}
#: What may be written for a comparison, as it is compared.
SIGNS = {key(word) or word: value for value, words in _SIGNS.items() for word in words.split("|")}
#: The columns that hold a value: for everybody, for each group of communes, for each region.
VALUES: dict[str, tuple[str, int]] = {
    "national": ("", 0),
    **{f"group{group}": ("", group) for group in CommuneGroup.values},
    **{region: (region, 0) for region in Region.values},
}


def _columns() -> tuple[Column, ...]:
    words = {
        "criterion": (_("number of the criterion"), Type.INTEGER, "criterion|tieu_chi|so_tieu_chi|tc", True),
        "code": (_("code"), Type.TEXT, "code|ma|ma_chi_tieu|chi_tieu", True),
        "part": (_("part"), Type.TEXT, "part|phan", False),
        "name_vi": (_("name (Vietnamese)"), Type.TEXT, "name_vi|ten|ten_chi_tieu|noi_dung|noi_dung_tieu_chi", True),
        "name_en": (_("name (English)"), Type.TEXT, "name_en|ten_tieng_anh", False),
        "boolean": (_("met or not, without a number"), Type.BOOLEAN, "boolean|dat_hay_khong", False),
        "comparator": (_("comparison"), Type.TEXT, "comparator|so_sanh", False),
        "unit": (_("unit of measure"), Type.TEXT, "unit|don_vi|don_vi_tinh|dvt", False),
        "measure": (_("computed by"), Type.TEXT, "measure|cach_tinh|phep_do", False),
        "first_year": (_("from year"), Type.INTEGER, "first_year|tu_nam", False),
        "source": (_("source"), Type.TEXT, "source|nguon", False),
        "verified": (_("verified"), Type.BOOLEAN, "verified|da_kiem_chung", False),
    }
    lengths = {"code": 8, "part": 30, "unit": 40, "source": 300}
    told = [
        Column(name, title, kind, tuple(heads.split("|")), required=needed, length=lengths.get(name))
        for name, (title, kind, heads, needed) in words.items()
    ]
    return (*told, *_value_columns())


def _value_columns() -> Iterator[Column]:
    yield Column("national", _("value, everywhere"), Type.NUMBER, ("national", "chung", "muc_dat", "ca_nuoc", "chuan"))
    for group, title in CommuneGroup.choices:
        yield Column(f"group{group}", title, Type.NUMBER, (f"group{group}", f"nhom_{group}", f"xa_nhom_{group}"))
    for region, title in Region.choices:
        yield Column(region, title, Type.NUMBER, (region,))


TARGET = Target("indicators", _("Indicators"), Indicator, Family.COUNTS, _columns())


#: Of an indicator in a set: number of its criterion, code, part.
Identity = tuple[int | None, str | None, str]


@dataclass(frozen=True)
class Finding:
    """What is wrong with one cell: where, what it held, why it cannot be used."""

    line: int
    column: Text
    value: str
    why: Text


@dataclass(frozen=True)
class Difference:
    """What storing would change of what is on record: which cell, from what to what ("" where there is nothing)."""

    line: int
    code: str
    column: Text
    before: str
    after: str


@dataclass
class Sheet:
    """What a file says: rows as read, what was found in them, and what storing them would do."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    created: int = 0
    on_record: int = 0
    values: int = 0


def read_sheet(path: Path, criteria_set: CriteriaSet) -> Sheet:
    """Read and check a sheet against a set. Raises Refused where the file is no table with the columns needed."""
    sheet = Sheet()
    with opened(path) as dataset, opened_source(dataset, TARGET) as source:
        mapping = match(TARGET, source.columns, {})
        missing = [column.title for column in TARGET.columns if column.required and column.name not in mapping.headings]
        if missing:
            raise Refused(
                _("The sheet lacks the columns: %(titles)s. Download the sheet of the set to see them."),
                titles=", ".join(map(str, missing)),
            )
        parsers = {name: parser(TARGET, _column(name)) for name in mapping.headings}
        for batch in source.batches(list(mapping.headings.values())):
            for at, line in enumerate(batch.lines):
                texts = {name: batch.columns[heading][at] for name, heading in mapping.headings.items()}
                formulas = {name for name, head in mapping.headings.items() if (line, head) in batch.formulas}
                if formulas or any(texts.values()):
                    sheet.rows.append((line, _row(line, texts, parsers, sheet, formulas)))
    _check(sheet, criteria_set)
    return sheet


def _column(name: str) -> Column:
    return next(column for column in TARGET.columns if column.name == name)


def _row(
    line: int, texts: dict[str, str | None], parsers: dict[str, Any], sheet: Sheet, formulas: set[str]
) -> dict[str, Any]:
    """Return the values of one row, and note what cannot be read."""
    row: dict[str, Any] = {}
    for name, text in texts.items():
        column = _column(name)
        if name in formulas:
            sheet.findings.append(Finding(line, column.title, text or "=", MESSAGES["formula"]))
            continue
        read = parsers[name](text or "")
        if read.finding and read.finding != "read_as_at_least":
            sheet.findings.append(Finding(line, column.title, text or "", MESSAGES[read.finding]))
        elif column.required and read.text is None:
            sheet.findings.append(Finding(line, column.title, "", MESSAGES["required_missing"]))
        row[name] = _typed(column, read.text)
    return row


def _typed(column: Column, text: str | None) -> Any:
    if text is None:
        return None
    match column.type:
        case Type.INTEGER:
            return int(float(text))
        case Type.NUMBER:
            return float(text)
        case Type.BOOLEAN:
            return text == "true"
    return text


def _check(sheet: Sheet, criteria_set: CriteriaSet) -> None:
    """Note what can be read and yet not be, and what of the set would be another: a closed set keeps its meaning."""
    criteria = {one.number: one for one in criteria_set.criteria.all()}
    indicators = Indicator.objects.filter(criterion__in=criteria.values()).select_related("criterion")
    known: dict[Identity, Indicator] = {
        (one.criterion.number, one.code, one.part): one for one in indicators.prefetch_related("thresholds").order_by()
    }
    shut = closed(criteria_set)
    first: dict[Identity, tuple[int, dict[str, Any]]] = {}
    years: set[tuple[Identity, int]] = set()
    for line, row in sheet.rows:
        identity: Identity = (row.get("criterion"), row.get("code"), row.get("part") or "")
        faults = list(_faults(row, criteria, criteria_set))
        sheet.findings += [Finding(line, _column(name).title, str(value), why) for name, value, why in faults]
        sheet.values += sum(row.get(name) is not None for name in VALUES)
        if (identity, _from(row, criteria_set)) in years:
            twice = _("This indicator stands in the sheet twice from the same year.")
            sheet.findings.append(Finding(line, _column("code").title, str(row.get("code") or ""), twice))
        years.add((identity, _from(row, criteria_set)))
        if faults or not row.get("name_vi"):
            continue
        if identity in first:
            sheet.findings += _otherwise(line, row, *first[identity])
        one = known.get(identity)
        for name, before, after in _changes(one, row, criteria_set, new=identity not in first) if one else ():
            if shut and name in Indicator.MEANING:
                stays = gettext("Years were recognised by this set: “%(before)s” stays.") % {"before": before}
                sheet.findings.append(Finding(line, _column(name).title, after, stays))
            sheet.differences.append(Difference(line, row["code"], _column(name).title, before, after))
        first.setdefault(identity, (line, row))
    sheet.on_record = len(first.keys() & known.keys())
    sheet.created = len(first.keys() - known.keys())


def _from(row: dict[str, Any], criteria_set: CriteriaSet) -> int:
    year: int = row.get("first_year") or criteria_set.first_year
    return year


def _otherwise(line: int, row: dict[str, Any], first: int, said: dict[str, Any]) -> Iterator[Finding]:
    """Yield what a further row of an indicator says otherwise than its first."""
    for name, value in told(row).items():
        if told(said)[name] != value:
            why = gettext("Line %(line)s says this of the same indicator: %(text)s.")
            yield Finding(line, _column(name).title, _shown(name, value),
                          why % {"line": first, "text": _shown(name, told(said)[name]) or "–"})  # fmt: skip


def _changes(
    indicator: Indicator, row: dict[str, Any], criteria_set: CriteriaSet, new: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield column, text on record and text of the sheet of what would be another; `new`: of its first row."""
    for name, value in told(row).items() if new else ():
        before = getattr(indicator, name)
        if before != value:
            yield name, _shown(name, before), _shown(name, value)
    year = _from(row, criteria_set)
    on_record = {(t.region, t.commune_group): t.value for t in indicator.thresholds.all()
                 if t.first_year == year and not t.province_code}  # fmt: skip
    for name, scope in VALUES.items():
        value = row.get(name)
        if value is not None and on_record.get(scope) != value:
            yield name, _text(on_record.get(scope)), _text(value)


def _shown(name: str, value: Any) -> str:
    return _sign(value) if name == "comparator" else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _faults(row: dict[str, Any], criteria: Any, criteria_set: CriteriaSet) -> Iterator[tuple[str, Any, Text]]:
    number, sign, measure, year = (row.get(name) for name in ("criterion", "comparator", "measure", "first_year"))
    if number is not None and number not in criteria:
        yield "criterion", number, _("The set has no criterion of this number.")
    if sign is not None and (key(sign) or sign) not in SIGNS:
        yield "comparator", sign, _("Write ≥, ≤ or =.")
    if measure is not None and measure not in MEASURES:
        yield "measure", measure, _("There is no such measure. Leave it empty for what is declared only.")
    if year is not None and not criteria_set.first_year <= year <= criteria_set.last_year:
        yield "first_year", year, _("The set is not in force in this year.")
    for name in VALUES:
        value = row.get(name)
        wrong = None if value is None or row.get("boolean") else impossible(value, row.get("unit") or "%")
        if wrong:
            yield name, f"{value:g}", wrong
    if any(row.get(name) is not None for name in VALUES) and not row.get("source"):
        yield "source", "", _("Say where the values come from.")


@transaction.atomic
def store_sheet(sheet: Sheet, criteria_set: CriteriaSet, reason: str) -> Reach:
    """Store every row of a sheet in which nothing is wrong; say how far results may follow. Raises Refused else."""
    if sheet.findings or not sheet.rows:
        raise Refused(_("A sheet with faults is not stored. Correct the rows named and send it again."))
    criteria = {one.number: one for one in criteria_set.criteria.all()}
    with pghistory.context(reason=reason):
        for _line, row in sheet.rows:
            _store_row(row, criteria[row["criterion"]], criteria_set)
    return whole(criteria_set)


def told(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a row says of an indicator, by the names of its fields; what it leaves out is as usual."""
    sign, boolean = row.get("comparator"), bool(row.get("boolean"))
    return {
        "name_vi": row["name_vi"],
        "name_en": row.get("name_en") or row["name_vi"],
        "boolean": boolean,
        "comparator": SIGNS[key(sign) or sign] if sign else Comparator.IS if boolean else Comparator.AT_LEAST,
        "unit": row.get("unit") or ("đạt" if boolean else "%"),
        "measure": row.get("measure") or "",
        "verified": bool(row.get("verified")),
    }


def _store_row(row: dict[str, Any], criterion: Any, criteria_set: CriteriaSet) -> None:
    indicator, _made = Indicator.objects.get_or_create(
        criterion=criterion, code=row["code"], part=row.get("part") or "", defaults=told(row)
    )
    # Only what differs is written: the history tells of changes alone.
    if any(getattr(indicator, name) != value for name, value in told(row).items()):
        Indicator.objects.filter(pk=indicator.pk).update(**told(row))
    for name, (region, group) in VALUES.items():
        if row.get(name) is not None:
            _store_value(indicator, row, name, Scope(region=region, commune_group=group), criteria_set)


def _store_value(indicator: Indicator, row: dict[str, Any], name: str, scope: Scope, criteria_set: CriteriaSet) -> None:
    """Store a value of a sheet. One that is on record already keeps its source and whether it is verified."""
    place: dict[str, Any] = {
        "first_year": _from(row, criteria_set),
        "region": scope.region,
        "province_code": "",
        "commune_group": scope.commune_group,
    }
    if indicator.thresholds.filter(**place, value=row[name]).exists():
        return
    told = {"value": row[name], "verified": bool(row.get("verified")), "source": row.get("source") or ""}
    Threshold.objects.update_or_create(indicator=indicator, **place, defaults=told)


def headings() -> list[tuple[str, str]]:
    """Return name and title of each column of the sheet, in order."""
    return [(column.name, str(column.title)) for column in TARGET.columns]


def _sign(comparator: str) -> str:
    """A sign as it may stand in a cell: one that begins with “=” is a formula there."""
    return "đạt" if comparator == Comparator.IS else str(Comparator(comparator).label)


def table_of(criteria_set: CriteriaSet) -> list[list[Any]]:
    """Return what a set holds as rows of the sheet, the values of provinces left out: each province keeps its own."""
    rows = []
    indicators = Indicator.objects.filter(criterion__criteria_set=criteria_set).select_related("criterion")
    for one in indicators.prefetch_related("thresholds").order_by("criterion__number", "pk"):
        by_year: dict[int, list[Threshold]] = {}
        for threshold in one.thresholds.all():
            if not threshold.province_code:
                by_year.setdefault(threshold.first_year, []).append(threshold)
        for year, held in sorted(by_year.items()) or [(criteria_set.first_year, [])]:
            values = {(t.region, t.commune_group): t.value for t in held}
            rows.append(
                [one.criterion.number, one.code, one.part, one.name_vi, one.name_en, "x" if one.boolean else "",
                 _sign(one.comparator), one.unit, one.measure, year if held else "", held[0].source if held else "",
                 "x" if one.verified else "", *(values.get(scope, "") for scope in VALUES.values())]
            )  # fmt: skip
    return rows
