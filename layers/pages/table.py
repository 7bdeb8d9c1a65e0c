"""`/table/<layer>/`: everything the map shows, as a table: rows for those who may see them, else totals per unit."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, CharField, Count, F, OrderBy, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Collate
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.errors import Malformed
from layers.mapserver.asked import LARGEST_ID, known_years, layer_of, whole, year_of
from layers.mapserver.counted import Counted, Total, any_hidden
from layers.mapserver.filters import Narrowed, narrow, options, searchable
from layers.mapserver.values import VIETNAMESE, choices, column, kind, number, read, shown
from layers.models import LAYERS, Field, Layer, Road, Status, Unit, record_read
from layers.models.layer import Text
from layers.sessions import AskedRequest

from .asking import ancestors, unit_asked

FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("geojson", "GeoJSON"), ("gpkg", "GeoPackage"))
#: The table of what a unit consists of.
PARTS = {"provinces": "communes", "districts": "communes", "communes": "hamlets"}
#: Letters up to which a cell is kept on one line.
SHORT = 24


@dataclass(frozen=True)
class Asked:
    """What one request asks of the table."""

    layer: Layer
    viewer: Viewer
    year: int
    unit: Unit | None

    def address(self, **more: object) -> str:
        return self.address_of(self.layer, **more)

    def address_of(self, layer: Layer, /, **more: object) -> str:
        query = {"unit": self.unit.pk if self.unit else "", "year": self.year} | more
        kept = urlencode({name: value for name, value in query.items() if value != ""})
        return f"{reverse('table', args=[layer.slug])}?{kept}"


@require_safe
def table(request: AskedRequest, slug: str) -> HttpResponse:
    asked = Asked(layer_of(slug), request.viewer, year_of(request), unit_asked(request))
    make = rows_page if asked.viewer.may_see(asked.layer.audience) else totals_page
    above = [*ancestors(asked.unit), asked.unit] if asked.unit else []
    page = make(request, asked) | {
        "layer": asked.layer,
        "unit": asked.unit,
        "year": asked.year,
        "years": known_years(),
        "breadcrumb": [(part, asked.address(unit=part.pk)) for part in above],
        "layers": [(layer, asked.address_of(layer)) for layer in LAYERS.values()],
        "everywhere": asked.address(unit=""),
        "map": f"{reverse('map')}?{urlencode(map_query(asked))}",
    }
    response = render(request, page.pop("template"), page)
    response["Cache-Control"] = "private, no-store"
    return response


def map_query(asked: Asked) -> dict[str, object]:
    unit = {"unit": asked.unit.pk} if asked.unit else {}
    return unit | {"year": asked.year, "layers": asked.layer.slug}


def rows_page(request: AskedRequest, asked: Asked) -> dict[str, Any]:
    """Return one page of the rows that this viewer may see, with the totals of all of them."""
    layer = asked.layer
    narrowed = narrow(layer, asked.viewer, asked.year, asked.unit, request.GET)
    # Under names of their own: an aggregate may be named after the column that it adds up.
    sums = {f"total_{name}": aggregate for name, aggregate in (layer.overview.values if layer.overview else {}).items()}
    totals = narrowed.rows.aggregate(**sums, all=Count("pk"))
    count, size = totals["all"], settings.LIMITS["PAGE_ROWS"]
    pages = max(1, -(-count // size))
    page = min(whole(request, "page", 1, LARGEST_ID) or 1, pages)
    sort = sort_of(layer, request.GET.get("sort", ""))
    found = list(read(layer, in_order(layer, narrowed.rows, sort))[(page - 1) * size : page * size])
    if layer.audience is Audience.PERSONAL:
        what = asked.address(**{name: value for name, value in narrowed.chosen.items() if name != "q"}, page=page)
        record_read(asked.viewer, layer.slug, "table", what, len(found))
    kept = narrowed.chosen | ({"sort": sort} if sort else {})
    return {
        "template": "table/rows.html",
        "narrowed": narrowed,
        "filters": filters_of(layer, narrowed),
        "statuses": Status.choices if layer.model is Unit else [],
        "searchable": searchable(layer),
        "sort": sort,
        "headings": headings(asked, narrowed, sort),
        "rows": [row_of(asked, row) for row in found],
        "count": count,
        "count_shown": number(count),
        "totals": totals_in_words(layer, totals),
        "first": (page - 1) * size + 1,
        "last": (page - 1) * size + len(found),
        "page": page,
        "pages": pages,
        "previous": asked.address(**kept, page=page - 1) if page > 1 else "",
        "next": asked.address(**kept, page=page + 1) if page < pages else "",
        "exports": exports(asked, narrowed),
    }


def sort_of(layer: Layer, sort: str) -> str:
    """Return the sorting asked for: the name of a declared field, after "-" for the reverse."""
    if sort and sort.removeprefix("-") not in layer.shown:
        raise Malformed(_("There is no column “%(column)s” to sort by."), column=sort[:40])
    return sort


def in_order(layer: Layer, rows: QuerySet, sort: str) -> QuerySet:
    """Order rows as a Vietnamese reader expects; choices in the order in which they are declared."""
    if not sort:
        return rows.order_by(Collate(layer.label, VIETNAMESE) if layer.model is Unit else layer.path, "pk")
    field = layer.field(sort.removeprefix("-"))
    name = column(layer, field)
    listed = choices(layer, field)
    key: Any = F(name)
    if listed and {value for value, _title in listed} - {"true", "false", ""}:
        # A Q, since a column may have the name of one of When's own parameters.
        places = (When(Q(**{name: value}), then=Value(place)) for place, (value, _title) in enumerate(listed) if value)
        key = Case(*places)
    elif kind(layer, field) == "text" and is_text(rows, name):
        key = Collate(name, VIETNAMESE)
    return rows.order_by(OrderBy(key, descending=sort.startswith("-"), nulls_last=True), "pk")


def is_text(rows: QuerySet, name: str) -> bool:
    """Tell whether a column is text: what rows are annotated with need not be."""
    worked_out = rows.query.annotations.get(name)
    return worked_out is None or isinstance(worked_out.output_field, CharField | TextField)


def columns(layer: Layer) -> list[Field]:
    """Return the declared fields, first the one that names a row."""
    return sorted(layer.fields, key=lambda field: field.name != layer.label)


def headings(asked: Asked, narrowed: Narrowed, sort: str) -> list[dict[str, Any]]:
    """Return each column with its title, its direction (for aria-sort) and the address that sorts by it."""
    found = []
    for field in columns(asked.layer):
        ascending = sort == field.name
        direction = "ascending" if ascending else "descending" if sort == f"-{field.name}" else ""
        by = f"-{field.name}" if ascending else field.name
        found.append(
            {
                "title": f"{field.title} ({field.unit})" if field.unit else str(field.title),
                "direction": direction,
                "url": asked.address(**narrowed.chosen, sort=by),
                "number": kind(asked.layer, field) == "number",
            }
        )
    return found


def row_of(asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    layer = asked.layer
    pick = {"year": asked.year, "layers": layer.slug, "pick": f"{layer.slug}/{row['pk']}"}
    cells = []
    for field in columns(layer)[1:]:
        text = shown(layer, field, row[column(layer, field)], with_unit=False) + since(asked, field, row)
        cells.append({"text": text, "number": kind(layer, field) == "number", "short": len(text) <= SHORT})
    parts = PARTS.get(layer.slug)
    return {
        "name": row[layer.label] or f"{layer.model._meta.verbose_name} {row['pk']}",
        "map": f"{reverse('map')}?{urlencode(pick)}",
        "inside": asked.address_of(LAYERS[parts], unit=row["pk"]) if parts else "",
        "cells": cells,
    }


def since(asked: Asked, field: Field, row: dict[str, Any]) -> str:
    """Return what tells today's surface of a road from the one that it had in the year of the page."""
    if asked.layer.model is not Road or field.name != "surface" or row["hardened"] is not False:
        return ""
    made = row["hardened_year"]
    return " " + _("(since %(year)s)") % {"year": made} if made and made > asked.year else ""


def totals_in_words(layer: Layer, totals: dict[str, float]) -> list[tuple[Text, str]]:
    if layer.overview is None:
        return []
    return [
        (title, Total(name, str(title), totals[f"total_{name}"] or 0).shown)
        for name, title in layer.overview.titles.items()
    ]


def filters_of(layer: Layer, narrowed: Narrowed) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "title": field.title,
            "chosen": narrowed.chosen.get(field.name, ""),
            "options": options(layer, field),
        }
        for field in layer.fields
        if choices(layer, field)
    ]


def exports(asked: Asked, narrowed: Narrowed) -> list[tuple[str, str]]:
    """Return the addresses of the files that hold exactly the rows of this table."""
    query = urlencode(({"unit": asked.unit.pk} if asked.unit else {}) | {"year": asked.year} | narrowed.chosen)
    return [(title, f"/export/{asked.layer.slug}.{ext}?{query}") for ext, title in FORMATS]


def totals_page(request: AskedRequest, asked: Asked) -> dict[str, Any]:
    """Return the totals of the units one level down, for those who may not see the rows."""
    counted = Counted(asked.layer, asked.viewer, asked.year)
    below = counted.below(asked.unit)
    units = Unit.objects.filter(pk__in=below).order_by(Collate("name", VIETNAMESE), "pk").defer("geom", "point")
    lines = [
        {
            "unit": unit,
            "itself": asked.unit is not None and unit.pk == asked.unit.pk,
            "inside": asked.address(unit=unit.pk) if unit.kind != "hamlet" else "",
            "totals": below[unit.pk],
        }
        for unit in units
    ]
    return {
        "template": "table/totals.html",
        "titles": list(asked.layer.overview.titles.values()) if asked.layer.overview else [],
        "lines": lines,
        "all": counted.of(asked.unit) if asked.unit else [],
        "any_hidden": any_hidden(below.values()),
        "small": settings.LIMITS["SMALL_COUNT"],
    }
