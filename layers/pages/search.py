"""`/search.json`: units, roads, facilities and households by name without diacritics, and coordinates.

Names are matched by the trigram index on their search key (migration 0001). One query per layer; of the
layers of rows, of which a common word may match a million, only the first CANDIDATES are ranked.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models.functions import Envelope
from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.mapserver.asked import year_of
from layers.models import LAYERS, Layer, Unit, record_read
from layers.models.feature import SearchKey
from layers.models.units import KINDS
from layers.models.units import Kind as UnitKind
from layers.sessions import AskedRequest

from .answers import answer
from .asking import ancestors, home_unit, unit_asked
from .coordinates import Place, pair_in, place_of, zone_of

CANDIDATES = 200
SHORTEST, LONGEST = 2, 80
#: What people write before a name, without diacritics, and the official kind it stands for.
KIND_WORDS = {
    "to dan pho": "to dan pho", "thanh pho": "thanh pho", "thi tran": "thi tran", "dac khu": "dac khu",
    "thi xa": "thi xa", "phuong": "phuong", "huyen": "huyen", "quan": "quan", "thon": "thon", "tinh": "tinh",
    "tdp": "to dan pho", "ban": "ban", "xom": "xom", "khom": "khom", "xa": "xa", "ap": "ap", "tp": "thanh pho",
    "tx": "thi xa", "tt": "thi tran",
}  # fmt: skip
SLUGS = {
    UnitKind.PROVINCE: "provinces",
    UnitKind.DISTRICT: "districts",
    UnitKind.COMMUNE: "communes",
    UnitKind.HAMLET: "hamlets",
}


@require_safe
def search(request: AskedRequest) -> HttpResponse:
    """Answer with at most SEARCH_RESULTS places, the likeliest first."""
    viewer, year = request.viewer, year_of(request)
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    if len(text) < SHORTEST:
        return answer([])
    pair = pair_in(text)
    if pair is not None:
        place = place_of(pair, None) or place_of(pair, zone_asked(request, viewer, year))
        if place is not None:
            return answer([place_json(place)])
    key, most = search_key(text), settings.LIMITS["SEARCH_RESULTS"]
    results = units_named(key, viewer, year, most)
    for layer in LAYERS.values():
        if len(results) < most and layer.model is not Unit and viewer.may_see(layer.audience) and has_key(layer):
            results += rows_named(layer, key, viewer, year, most - len(results))
    return answer(results)


def zone_asked(request: AskedRequest, viewer: Viewer, year: int) -> Any:
    """Return the VN-2000 zone of the unit in the address, else of the viewer's own."""
    unit = unit_asked(request) or home_unit(viewer, year)
    if unit is None:
        return None
    province = next(iter(ancestors(unit)), unit)
    return zone_of(unit, province.code)


def search_key(text: str) -> str:
    """Return the key of a text, made by the function that made the keys of the names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_key(%s)", [text])
        return str(cursor.fetchone()[0])


def has_key(layer: Layer) -> bool:
    return any(field.name == "name_key" for field in layer.model._meta.get_fields())


def likeness(key: str) -> Case:
    """Rank names: the key itself, names that begin with it, names with a word that does, all others."""
    return Case(
        When(name_key=key, then=Value(0)),
        When(name_key__startswith=key, then=Value(1)),
        When(name_key__contains=f" {key}", then=Value(2)),
        default=Value(3),
    )


def named(key: str) -> Q:
    """Match a key within a name; two letters only at the beginning of a word, or they would match anything."""
    if len(key) > SHORTEST:
        return Q(name_key__contains=key)
    return Q(name_key__startswith=key) | Q(name_key__contains=f" {key}")


def units_named(key: str, viewer: Viewer, year: int, most: int) -> list[dict[str, Any]]:
    units = Unit.objects.at_end_of(year)
    matches, bare = named(key), key
    for word, kind in KIND_WORDS.items():
        if key.startswith(f"{word} "):
            bare = key.removeprefix(f"{word} ")
            units = units.alias(title_key=SearchKey("title"))
            matches |= Q(title_key=kind) & (named(bare) if len(bare) > 1 else Q(name_key=bare))
            break
    rows = (
        units.filter(matches)
        .annotate(
            likeness=likeness(bare),
            elsewhere=Case(When(viewer.within("path"), then=Value(0)), default=Value(1)),
            rank=Case(*(When(kind=kind, then=Value(rank)) for rank, kind in enumerate(KINDS))),
            box=Envelope("geom"),
        )
        .order_by("likeness", "elsewhere", "rank", Length("name"), "path")
        .values("pk", "kind", "title", "name", "point", "box", "parent__title", "parent__name", "parent__parent__name")
    )
    return [unit_json(row) for row in rows[:most]]


def unit_json(row: dict[str, Any]) -> dict[str, Any]:
    above = [f"{row['parent__title'] or ''} {row['parent__name'] or ''}".strip(), row["parent__parent__name"] or ""]
    return {
        "kind": row["kind"],
        "layer": SLUGS[row["kind"]],
        "id": row["pk"],
        "title": f"{row['title']} {row['name']}".strip(),
        "subtitle": ", ".join(filter(None, above)),
        **position(row["box"] or row["point"]),
    }


def rows_named(layer: Layer, key: str, viewer: Viewer, year: int, most: int) -> list[dict[str, Any]]:
    """Return rows of one layer; those of persons only to whom `layer.rows` gives them, and never unrecorded."""
    candidates = layer.rows(viewer, year).filter(named(key)).order_by()[:CANDIDATES]
    rows: QuerySet = (
        layer.rows(viewer, year)
        .filter(pk__in=candidates.values("pk"))
        .annotate(likeness=likeness(key), box=Envelope(layer.geometry_field))
        .order_by("likeness", Length("name"), "pk")
        .values("pk", "name", "box", "unit", "unit__title", "unit__name", "unit__point")
    )
    found = (pieces_joined(rows) if layer.geometry == "LINESTRING" else list(rows[:most]))[:most]
    if layer.audience is Audience.PERSONAL:
        record_read(viewer, layer.slug, "search", "id=" + ",".join(str(row["pk"]) for row in found), len(found))
    return [
        {
            "kind": layer.slug,
            "layer": layer.slug,
            "id": row["pk"],
            "title": row["name"],
            "subtitle": " · ".join([str(layer.title), f"{row['unit__title']} {row['unit__name']}".strip()]),
            **position(row["box"] or row["unit__point"]),
        }
        for row in found
    ]


def pieces_joined(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for the pieces of a line that bear one name in one unit, with the box around all of them."""
    joined: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:
        whole = joined.setdefault((row["name"].strip(), row["unit"]), row)
        if whole is not row:
            whole["box"] = whole["box"].union(row["box"]).envelope
    return list(joined.values())


def position(geom: Any) -> dict[str, Any]:
    """Return `point` (longitude, latitude) of a point, `bbox` of anything else, neither of nothing."""
    if geom is None:
        return {}
    return {"point": list(geom.coords)} if geom.geom_type == "Point" else {"bbox": list(geom.extent)}


def place_json(place: Place) -> dict[str, Any]:
    return {
        "kind": "place",
        "layer": None,
        "id": None,
        "title": f"{place.lat:.6f}, {place.lon:.6f}",
        "subtitle": place.system,
        "point": [place.lon, place.lat],
    }
