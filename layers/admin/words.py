"""What the admin says of stored codes, and of columns that Django would name after their Python names."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from layers.criteria.measures import MEASURES
from layers.imports.codes import UNIT_TITLES
from layers.imports.keys import key
from layers.imports.targets import targets
from layers.models import LAYERS
from layers.models.layer import Text
from layers.models.units import Region

Shown = Callable[[Any, Model], str]

NAMES: Mapping[str, Any] = {
    "criteria_set": _("criteria set"),
    "criterion": _("criterion"),
    "indicator": _("indicator"),
    "predecessor": _("former unit"),
    "successor": _("present unit"),
    "user": _("user"),
    "layer": _("layer"),
}
MEASURED: Mapping[str, Text] = {slug: measure.title for slug, measure in MEASURES.items()}
LAYER_TITLES: Mapping[str, Text] = {slug: target.title for slug, target in targets().items()} | {
    slug: layer.title for slug, layer in LAYERS.items()
}
REGIONS: Mapping[str, Text] = {"": _("no region of its own"), **dict(Region.choices)}
OUTPUTS: Mapping[str, Text] = {
    "table": _("table"),
    "tile": _("map tile"),
    "feature": _("details of one row"),
    "history": _("history of one row"),
    "search": _("search"),
    "ogc": _("OGC API"),
    "siting": _("reading for a siting study"),
    **{output: _("siting study") for output in ("page", "map", "lines", "why")},
    **{f"export {form}": _("downloaded file") for form in ("csv", "xlsx", "geojson", "gpkg")},
}


class Titled(admin.AllValuesFieldListFilter):
    """The values of a column by their titles: a code says little, and an empty value is a link without a name."""

    titles: Mapping[str, Text] = {}

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield choice | {"display": self.titles.get(str(choice["display"]), choice["display"])}


def titled(field: str, titles: Mapping[str, Text]) -> tuple[str, type[Titled]]:
    """Return the filter of a list by a column whose values have titles."""
    return field, type("Titled", (Titled,), {"titles": titles})


class Related(admin.RelatedFieldListFilter):
    """A filter named as in NAMES."""

    def __init__(self, field: Any, *more: Any, **named: Any) -> None:
        super().__init__(field, *more, **named)
        self.title = str(NAMES[field.name])


def coded(name: str, titles: Mapping[str, Text], title: Any) -> Shown:
    """Return a column of an admin that shows a stored code by its title."""

    @admin.display(description=title, ordering=name)
    def shown(_admin: Any, row: Model) -> str:
        code = getattr(row, name)
        return str(titles.get(code, code))

    return shown


def named(name: str) -> Shown:
    """Return a column of an admin that shows a related row, under its name in NAMES."""

    @admin.display(description=NAMES[name], ordering=name)
    def shown(_admin: Any, row: Model) -> str:
        found = getattr(row, name)
        return "–" if found is None else str(found)

    return shown


def as_kept(term: str) -> str:
    """Return what somebody looks for as units are kept by: without diacritics, and without the kind before the name."""
    name = " ".join(term.split())
    title = next((title for title in UNIT_TITLES if name.lower().startswith(f"{title} ")), "")
    return " ".join(key(word) if word.isalpha() else word.lower() for word in name[len(title) :].split())
