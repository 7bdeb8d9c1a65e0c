"""The streams from which the sample's ground was made, cut where communes meet."""

from collections.abc import Iterator

import shapely

from .facts import MARK, facts
from .grid import in_degrees, to_metres
from .people import Row
from .settlement import Land


def water_rows(land: Land) -> Iterator[Row]:
    """Yield each stream's part in each commune; the unit is the commune."""
    communes: dict[str, list[shapely.Geometry]] = {}
    for hamlet in land.hamlets:
        communes.setdefault(hamlet.commune, []).append(land.outlines[hamlet.label])
    for stream in facts("terrain")["streams"]:
        course = shapely.LineString(to_metres(stream["course"]))
        for code, outlines in communes.items():
            for part in shapely.get_parts(course.intersection(shapely.union_all(outlines))):
                if part.geom_type == "LineString":
                    yield {
                        "unit": code,
                        "name": stream["name"],
                        "kind": "river" if stream["name"].startswith("Sông") else "stream",
                        "geom": in_degrees(part),
                        "source": MARK,
                    }
