"""`/layers.json`: what the map page needs to know before it draws: layers, years, criteria, the viewer's area."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import Q
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.criteria.results import in_language
from layers.mapserver import values
from layers.mapserver.asked import known_years, year_of
from layers.mapserver.versions import table_versions, tile_template, version
from layers.models import LAYERS, Criterion, Field, Layer, Terrain, Unit
from layers.sessions import AskedRequest

from .answers import answer
from .asking import home_unit


@require_safe
def catalogue(request: AskedRequest) -> HttpResponse:
    viewer = request.viewer
    year = year_of(request)
    counted = table_versions()
    criteria = Criterion.objects.filter(criteria_set__first_year__lte=year, criteria_set__last_year__gte=year)
    return answer(
        {
            "year": year,
            "years": known_years(),
            "empty": not Unit.objects.exists(),
            "layers": [
                describe(layer, viewer, year) | {"version": version(layer, viewer, counted)}
                for layer in LAYERS.values()
                if viewer.may_see(layer.audience) or layer.overview
            ],
            "terrains": [terrain_of(terrain) for terrain in Terrain.objects.order_by("name")],
            "criteria": [{"number": row.number, "name": in_language(row)} for row in criteria.order_by("number")],
            "home": home_of(viewer, year),
            "viewer": {"role": str(viewer.role), "may_edit": viewer.may_edit, "signed_in": viewer.user_id is not None},
            "basemap": {"url": settings.BASEMAP_URL, "attribution": settings.BASEMAP_ATTRIBUTION},
        }
    )


def describe(layer: Layer, viewer: Viewer, year: int) -> dict[str, Any]:
    """Return what the client may know of a layer. `rows` is false where the viewer gets totals only."""
    rows = viewer.may_see(layer.audience)
    return {
        "slug": layer.slug,
        "title": str(layer.title),
        "geometry": layer.geometry,
        "zooms": [layer.zooms.start, layer.zooms.stop - 1],
        "rows": rows,
        "personal": layer.audience is Audience.PERSONAL,
        "style": {
            "by": layer.style.by,
            "marks": [asdict(mark) | {"title": str(mark.title)} for mark in layer.style.marks],
        },
        "fields": [describe_field(layer, field) for field in layer.fields] if rows else [],
        "overview": describe_overview(layer),
        "tiles": tile_template(layer, "{version}", year),
        "editable": rows and layer.editable and viewer.may_edit,
        "on_by_default": layer.on_by_default,
        "begins": layer.begins,
        "dated": [
            {"field": one.field, "values": sorted(map(as_text, one.values)), "year": one.year} for one in layer.dated
        ],
    }


def as_text(value: object) -> str:
    """Return a value as a form's choice has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def describe_field(layer: Layer, field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "title": str(field.title),
        "unit": str(field.unit),
        "kind": values.kind(layer, field),
        "boolean": values.is_boolean(layer, field),
        "choices": [{"value": value, "title": str(title)} for value, title in values.choices(layer, field)],
        "required": field.required,
        "stored": field.stored,
        "personal": field.personal,
    }


def describe_overview(layer: Layer) -> dict[str, dict[str, str]]:
    """Return each total with its title and unit of measure: lengths are in metres, the rest is counted."""
    titles = layer.overview.titles if layer.overview else {}
    return {name: {"title": str(title), "unit": "m" if name.endswith("_m") else ""} for name, title in titles.items()}


def terrain_of(terrain: Terrain) -> dict[str, Any]:
    return {
        "id": terrain.pk,
        "name": terrain.name,
        "bbox": terrain.extent.extent,
        "source": terrain.source,
        "tiles": f"/terrain/{terrain.pk}/{{z}}/{{x}}/{{y}}.png",
    }


def home_of(viewer: Viewer, year: int) -> dict[str, Any] | None:
    home = home_unit(viewer, year)
    if home is None:
        return None
    return {"id": home.pk, "kind": home.kind, "name": str(home), "bbox": bbox_of(home, year)}


def bbox_of(unit: Unit, year: int) -> list[float] | None:
    """Return west, south, east, north of a unit: of its boundary, else of what lies in it; nothing without either."""
    box: Polygon | None = unit.box  # type: ignore[attr-defined]  # by `asking.boxed`
    if box is not None:
        return list(box.extent)
    parts = (
        Unit.objects.at_end_of(year)
        .below(unit.path)
        .aggregate(boundaries=Extent("geom"), points=Extent("point", filter=Q(geom=None)))
    )
    boxes = [box for box in parts.values() if box]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]
