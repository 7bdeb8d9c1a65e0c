"""Which columns a file for a layer has, in words: read from the layer's own declaration, for pages and empty sheets."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .targets import Column, Family, Target, Type

#: What is written in a cell of each type.
WRITTEN = {
    Type.TEXT: gettext_lazy("text"),
    Type.INTEGER: gettext_lazy("whole number"),
    Type.NUMBER: gettext_lazy("number"),
    Type.DATE: gettext_lazy("day/month/year"),
    Type.BOOLEAN: gettext_lazy("yes or no"),
}


@dataclass(frozen=True)
class Described:
    """One column in words. `values` are the only ones that may stand in it, as (name, code); none where any may."""

    name: str
    title: str
    needed: bool
    unit: str
    type: Type
    written: str
    values: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The title as a sheet has it and an import reads it, with its unit, and a star where it is needed."""
        said = self.title[:1].upper() + self.title[1:]
        return said + (f" ({self.unit})" if self.unit else "") + (" *" if self.needed else "")


def described(target: Target) -> list[Described]:
    """Return the columns of a target in the active language, where it has places those of the place last."""
    return [_described(target, column) for column in target.every_column] + _place(target)


def _described(target: Target, column: Column) -> Described:
    values = tuple((str(label), value) for value, label in column.values)
    return Described(
        name=column.name,
        title=str(column.title),
        needed=column.required,
        unit=str(column.unit),
        type=column.type,
        written=str(_("one of these") if values else _note(target, column) or WRITTEN[column.type]),
        values=values,
        also=column.headings,
    )


def _note(target: Target, column: Column) -> str | Promise:
    if column.name == "unit":
        counts = target.family is Family.COUNTS
        return _("code or name of the commune, or code of the hamlet") if counts else _("code of the commune or hamlet")
    return _("code in the set of criteria, as 2.1") if column.name == "indicator" else ""


def _place(target: Target) -> list[Described]:
    def column(name: str, title: str, unit: str, kind: Type, written: str) -> Described:
        return Described(name, title, target.placed, unit, kind, written, also=(name,))

    degrees = _("decimal degrees (WGS 84)")
    if target.geometry == "POINT":
        return [
            column("lon", _("longitude"), "", Type.NUMBER, degrees),
            column("lat", _("latitude"), "", Type.NUMBER, degrees),
        ]
    if target.geometry:
        return [column("wkt", "WKT", "", Type.TEXT, _("the shape as WKT; a map file brings it itself"))]
    return []
