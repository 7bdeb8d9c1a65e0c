"""The declared fields of a layer as columns: how each is read, and in which form it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BooleanField, DateField, FloatField, ForeignKey, GeneratedField, IntegerField
from django.db.models import Field as ModelField
from django.db.models.expressions import BaseExpression

from layers.access import Role, Viewer
from layers.models import Field, Layer
from layers.models.layer import Text

from .values import WORDED, choices, model_field

KINDS: tuple[tuple[str, type[ModelField], str], ...] = (
    ("boolean", BooleanField, ""),
    ("integer", IntegerField, ""),
    ("number", FloatField, ""),
    ("string", DateField, "date"),
)
#: Of a metre they are centimetres; the ellipsoid gives more digits than any survey.
DECIMALS = 2


@dataclass(frozen=True)
class Column:
    """`name` is the declared name, `path` the ORM path by which it is read, `kind` its type in JSON Schema.

    `titles` are what a person reads instead of a coded value, by its text.
    """

    declared: Field
    path: str
    kind: str
    format: str = ""
    titles: Mapping[str, Text] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.declared.name


def columns(layer: Layer) -> tuple[Column, ...]:
    """Return the columns of a layer that leave the store: those it declares, and no other."""
    # Derived fields are annotations of the rows; of whom and of which year does not matter for their type.
    derived = layer.rows(Viewer(Role.ADMINISTRATOR, ("",)), 2000).query.annotations
    return tuple(_column(layer, field, derived.get(field.name)) for field in layer.fields)


def _column(layer: Layer, declared: Field, derived: BaseExpression | None) -> Column:
    found = derived.output_field if derived is not None else model_field(layer, declared.name)
    if isinstance(found, ForeignKey):
        # A unit leaves by its official code: ids mean nothing elsewhere.
        return Column(declared, f"{declared.name}__code", "string")
    if isinstance(found, GeneratedField):
        found = found.output_field
    kind, form = next(((kind, form) for kind, of, form in KINDS if isinstance(found, of)), ("string", ""))
    return Column(declared, declared.name, kind, form, dict(choices(layer, declared)))


def stored(column: Column, value: Any) -> Any:
    """Return a value as programs get it: what was worked out, as a length, rounded; what was recorded, as it was."""
    return value if column.declared.stored or not isinstance(value, float) else round(value, DECIMALS)


def plain(column: Column, value: Any) -> Any:
    """Return a value as JSON and text files hold it: a day as 2017-12-31."""
    return value.isoformat() if isinstance(value, date) else stored(column, value)


def shown(column: Column, value: Any) -> Any:
    """Return a value as a person reads it in a sheet: coded values and results in words, numbers as numbers."""
    if column.name in WORDED:
        return WORDED[column.name](value)
    if not column.titles:
        return round(value, DECIMALS) if isinstance(value, float) else value
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    title = column.titles.get(text)
    return value if title is None else str(title)
