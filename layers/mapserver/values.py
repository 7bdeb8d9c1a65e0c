"""Values of declared fields, as stored and as a person reads them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, QuerySet
from django.db.models import Field as ModelField
from django.utils import formats
from django.utils.translation import gettext as _

from layers.figures import number
from layers.models import Field, Layer, Status
from layers.models.layer import Text

#: How a choice that is not known is written in an address.
NOT_KNOWN = "none"
NOTHING = "–"
#: The collation of names (migration 0004).
VIETNAMESE = "vietnamese"
TRUTHS = ("true", "false", "")


def model_field(layer: Layer, name: str) -> ModelField | None:
    """Return the column behind a declared field; nothing for an annotation or a column of another table."""
    try:
        found = layer.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, ModelField) else None


def column(layer: Layer, field: Field) -> str:
    """Return the ORM path by which a field is read: a unit is read as its code."""
    found = model_field(layer, field.name)
    return f"{field.name}__code" if found is not None and found.is_relation else field.name


def is_boolean(layer: Layer, field: Field) -> bool:
    found = model_field(layer, field.name)
    return isinstance(found, BooleanField) or {value for value, _title in field.choices} == set(TRUTHS)


def choices(layer: Layer, field: Field) -> list[tuple[str, Text]]:
    """Return each value of a field of choice with its title, "" for what is not known; [] for others."""
    if field.choices:
        return list(field.choices)
    found = model_field(layer, field.name)
    if isinstance(found, BooleanField):
        return [("true", _("yes")), ("false", _("no")), ("", _("not known"))]
    if found is None or not found.choices:
        return []
    unknown = [("", _("not known"))] if found.blank or found.null else []
    return [(str(value), title) for value, title in found.flatchoices] + unknown


def kind(layer: Layer, field: Field) -> str:
    """Return "choice", "number", "date" or "text"."""
    if choices(layer, field):
        return "choice"
    found = model_field(layer, field.name)
    internal = found.get_internal_type() if found is not None else ""
    if "Integer" in internal or internal == "FloatField":
        return "number"
    return "date" if internal == "DateField" else "text"


def read(layer: Layer, rows: QuerySet, *more: str) -> QuerySet:
    """Return the rows as dictionaries of pk, the declared fields by their ORM path, and `more`."""
    return rows.values("pk", *(column(layer, field) for field in layer.fields), *more)


def plain(value: Any) -> Any:
    """Return a value as JSON holds it; a choice as the client compares it with a mark."""
    return value.isoformat() if isinstance(value, date) else value


def shown(layer: Layer, field: Field, value: Any, with_unit: bool = True) -> str:
    """Return a value as a person reads it in the active language; a column says its unit of measure once."""
    if field.name in WORDED:
        return WORDED[field.name](value)
    titles = choices(layer, field)
    if titles:
        key = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        return str(dict(titles).get(key, value or NOTHING))
    if value is None or value == "":
        return NOTHING
    if isinstance(value, date):
        return formats.date_format(value, "d/m/Y")
    if isinstance(value, float) or (isinstance(value, int) and not field.name.endswith("_year")):
        return f"{number(value)} {field.unit if with_unit else ''}".strip()
    return str(value)


def marked(statuses: str, sign: str) -> list[str]:
    """Return the numbers of the criteria that bear a sign."""
    return [str(number) for number, found in enumerate(statuses, 1) if found == sign]


def standing_in_words(statuses: str) -> str:
    """Return "16/19 met · unmet: 5, 6, 17 · unknown: 2", or a dash where nothing was assessed."""
    judged = len(statuses) - statuses.count(Status.NOT_ASSESSED.value)
    if not judged:
        return NOTHING
    parts = [_("%(met)s/%(all)s met") % {"met": statuses.count(Status.MET.value), "all": judged}]
    unmet, unknown = marked(statuses, Status.UNMET.value), marked(statuses, Status.UNKNOWN.value)
    if unmet:
        parts.append(_("unmet: %(numbers)s") % {"numbers": ", ".join(unmet)})
    if unknown:
        parts.append(_("unknown: %(numbers)s") % {"numbers": ", ".join(unknown)})
    return " · ".join(parts)


def differing_in_words(differs: str) -> str:
    return ", ".join(marked(differs, "≠")) or NOTHING


#: Values that hold one sign for each criterion, and what a person reads of them.
WORDED: Mapping[str, Callable[[str], str]] = {"statuses": standing_in_words, "differs": differing_in_words}


def described(layer: Layer, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the declared fields of one row with title, stored value and what a person reads."""
    return [
        {
            "name": field.name,
            "title": str(field.title),
            "value": plain(row[column(layer, field)]),
            "shown": shown(layer, field, row[column(layer, field)]),
            "unit": str(field.unit),
        }
        for field in layer.fields
    ]
