"""The works of an answer as shapes for the map: of a stored plan from its rows, of a what-if from the roads."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from layers.models import Plan
from layers.planning.results import places_of

#: Decimals of a degree: about 10 cm.
DIGITS = 6


def stored_works(plan: Plan) -> dict[str, Any]:
    """Return a plan's works with a place, as GeoJSON with the number of their package."""
    rows = plan.works.select_related("package").order_by("package__number", "key")
    return _collection(
        (work.geom, {"key": work.key, "name": work.name, "package": work.package.number, "road": str(work.subject)})
        for work in rows
    )


def answered_works(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same of an answer that is not stored."""
    works = [(package["number"], work) for package in document["packages"] for work in package["works"]]
    places = places_of([work for _number, work in works])
    return _collection(
        (
            places.get(work["key"]),
            {"key": work["key"], "name": work["name"], "package": number, "road": work["subject"]},
        )
        for number, work in works
    )


def _collection(works: Any) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": _shape(geometry), "properties": properties}
            for geometry, properties in works
            if geometry is not None
        ],
    }


def _shape(geometry: GEOSGeometry) -> Any:
    def rounded(part: Any) -> Any:
        return round(part, DIGITS) if isinstance(part, float) else [rounded(inner) for inner in part]

    shape = json.loads(geometry.json)
    return shape | {"coordinates": rounded(shape["coordinates"])}
