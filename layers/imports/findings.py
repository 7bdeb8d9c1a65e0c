"""What an import noticed, in words: every finding has a code, and here is its sentence."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from django.utils import numberformat, translation
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from layers.models import ImportFinding, ImportRun

from .targets import target_of

MESSAGES = {
    # values
    "formula": _("The cell holds a formula. Paste its value in its place."),
    "required_missing": _("A value is needed here and there is none."),
    "school_level_missing": _("The level of the school is not given and its name does not tell it."),
    "not_a_number": _("This is not a number; it was left out."),
    "not_a_whole_number": _("This is not a whole number; it was left out."),
    "out_of_range": _("This value is not possible here; it was left out."),
    "read_as_at_least": _("Read as the number alone, without the sign after it."),
    "not_a_date": _("This is not a date; write day/month/year. It was left out."),
    "not_yes_or_no": _("This is neither yes nor no; it was left out."),
    "unknown_choice": _("This is none of the values known here."),
    "unknown_among": _("This is none of the values known here: %(known)s."),
    "too_long": _("The text is too long; the end of it was left out."),
    "year_missing": _(
        "The row does not give the year of the review. Fill it in; the date of the file counts only where the file "
        "has no column of years."
    ),
    "year_to_come": _("This year has not begun yet."),
    "year_recognised": _(
        "%(unit)s, %(year)s: the results of this year have been recognised and stay as they are; %(rows)s rows are "
        "stored beside them."
    ),
    # shapes
    "geometry_missing": _("The row has no place."),
    "geometry_broken": _("The place of the row cannot be read."),
    "not_on_earth": _("These are no coordinates of a place on earth in this coordinate system."),
    "repaired": _("The shape was not valid (%(reason)s at %(place)s) and was repaired."),
    "to_point": _("The shape is a %(type)s; a point on it was taken."),
    "first_of_many": _("There are several points; the first was taken."),
    "wrong_type": _("A shape of the kind %(type)s cannot be used here."),
    "parts_dropped": _("The shape is a collection; %(count)s parts of another kind were left out."),
    "closed_line": _("A line that closes was taken as the outline of an area."),
    "split": _("The line has %(count)s pieces that do not touch; each became a row."),
    "outside": _("The place lies outside %(area)s."),
    # identity
    "no_identity": _("The row has neither a number nor a name nor a place by which it could be known again."),
    "duplicate_key": _("The same code stands on line %(first)s already."),
    "duplicate_row": _("The row is the same as line %(first)s; it was taken once."),
    "repeated_number": _("The same number stands on line %(first)s, for another place; both were taken."),
    "same_shape": _("Line %(first)s has the same shape."),
    # units
    "units_of_that_name": _("%(count)s communes of your area have this name. Give the code of the unit."),
    "unknown_unit": _("There is no unit with this code on that day."),
    "no_unit": _("No unit on record holds this place. Import the communes first."),
    "not_in_its_unit": _("The place lies in %(unit)s, not in the unit named."),
    "beside_unit": _("The place lies in no commune; %(unit)s, %(metres)s m away, was taken."),
    "large_unit": _("%(count)s rows are known to lie in %(unit)s only, since none of its communes holds them."),
    "not_on_record": _("No row on record has this number, and the file has no places for new ones."),
    "not_yours": _("The row lies outside your area."),
    "unknown_parent": _("There is no unit with this code on that day to which the row could belong."),
    "parent_skipped": _("There is no unit with this code on that day; %(count)s rows were put under %(unit)s."),
    "not_of_chosen": _("The row belongs to %(unit)s, not to %(chosen)s, which was chosen for the file."),
    "code_taken": _(
        "On that day the code belongs to %(name)s, which is quite another name. Add the boundary, so that it can be "
        "told whether it is the same unit, or record first which unit succeeds it."
    ),
    "no_parent": _("No unit on record holds this one. Import the units above first, or name one."),
    "code_used_again": _("The code belonged to %(name)s, which ends on %(since)s: the code was used again."),
    "renamed": _("The unit with this code is called %(name)s on record."),
    "valid_from_today": _("%(count)s units are new and no date was given: they are valid from today."),
    "handed_in": _("The self-assessment of this year has been handed in; it can be changed once it is returned."),
    "part_of_indicator": _("This indicator asks for several values. Name the one meant: %(parts)s."),
    "unknown_indicator": _("No set of criteria of that year has this indicator."),
    "against_sense": _("%(why)s"),
    "zero_lost": _(
        "If %(code)s is meant: the sheet holds it as a number, without its last zero. Format the column as text."
    ),
    "part_exceeds_whole": _("The part is larger than the whole."),
    # files
    "overlap": _("The unit overlaps line %(second)s (%(name)s) by %(area)s m², at %(place)s."),
    "gap": _("There is a gap of %(area)s m² beside the unit, at %(place)s."),
    "topology_not_checked": _("The file has %(count)s vertices; overlaps and gaps were not looked for."),
    "not_of_this_layer": _("%(count)s things marked %(kind)s are not of this layer."),
    "other_sheets": _("Only the first sheet was read. The others are: %(names)s."),
    "crs_matched": _(
        "The file gives no EPSG code; by its central meridian %(meridian)s° and scale %(scale)s it was taken as "
        "EPSG:%(epsg)s (%(name)s)."
    ),
    "encoding_unsure": _("The text may have been misread (as %(encoding)s). Look at the names, or name the encoding."),
}  # fmt: skip

#: Parameters that count or measure.
AMOUNTS = {"count", "rows", "area", "metres"}
#: So many known values are named beside each row; more are named once.
FEW = 10
#: What GEOS calls the ways in which a shape can be invalid.
REASONS = {
    "Self-intersection": _("it crosses itself"),
    "Ring Self-intersection": _("its edge touches itself"),
    "Too few points in geometry component": _("too few points"),
    "Hole lies outside shell": _("a hole lies outside"),
    "Holes are nested": _("a hole lies in a hole"),
    "Nested shells": _("one part lies in another"),
    "Interior is disconnected": _("its inside is cut in two"),
    "Duplicate Rings": _("an edge is there twice"),
}


def sentence(code: str, params: Mapping[str, Any], brief: bool = False) -> str:
    """Return a finding in the active language; a `brief` one does not name many known values."""
    filled = {name: _shown(name, value) for name, value in params.items()}
    if "reason" in filled:
        filled["reason"] = str(REASONS.get(filled["reason"], filled["reason"]))
    known = _known(params["layer"], params["field"]) if code == "unknown_choice" and params else []
    if known and not (brief and len(known) > FEW):
        code, filled["known"] = "unknown_among", "; ".join(known)
    if code == "against_sense":
        # Said by the rules of declaring themselves, in both languages.
        filled["why"] = params[(translation.get_language() or "vi")[:2]]
    if code == "outside" and not filled.get("area"):
        filled["area"] = gettext("Vietnam")
    return str(MESSAGES[code]) % filled


def _shown(name: str, value: Any) -> Any:
    """Return a day or an amount as the reader writes it; the number of a line or a code is no amount."""
    if name == "since":
        return date_format(date.fromisoformat(value), "d/m/Y")
    if name in AMOUNTS and isinstance(value, int | float):
        # Django's Vietnamese formats name the separator but do not ask for it.
        mark, between = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
        return numberformat.format(value, mark, None, 3, between, force_grouping=True, use_l10n=True)
    return value


def _known(layer: str, field: str) -> list[str]:
    """Return the values of a column as they may be written, by name and by code."""
    column = target_of(layer).column(field)
    return [f"{label} ({value})" for value, label in column.values] if column else []


def message(finding: ImportFinding, brief: bool = False) -> str:
    return sentence(finding.code, finding.params, brief)


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def as_csv(run: ImportRun, file: Writable) -> None:
    """Write a run's findings with their reasons in Vietnamese and in English."""
    writer = csv.writer(file)
    writer.writerow(["line", "column", "value", "severity", "code", "ly_do", "reason"])
    writer.writerows(_rows(run))


def _rows(run: ImportRun) -> Iterator[list[object]]:
    for finding in run.findings.iterator(chunk_size=2000):
        with translation.override("vi"):
            vietnamese = message(finding)
        with translation.override("en"):
            english = message(finding)
        yield [
            finding.line,
            _harmless(finding.column),
            _harmless(finding.value),
            finding.severity,
            finding.code,
            _harmless(vietnamese),
            _harmless(english),
        ]


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running what somebody else wrote into a cell."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
