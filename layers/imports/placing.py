"""Which unit holds a row: the hamlet, else the commune; where that is not known, the district or province."""

from datetime import date

from layers.models.units import KINDS, Kind

from .statements import execute, fetch

#: How far beside a commune a row may lie and still be its: neighbours' boundaries leave gaps. About 500 m.
BESIDE = 0.005

# Boundaries are cut small first: testing a point against 200 vertices beats testing it against 5,000.
UNITS = """
CREATE TEMP TABLE import_units AS
    SELECT u.id, u.kind, array_position(%(kinds)s, u.kind::text) AS rank, ST_Subdivide(u.geom, 200) AS geom
    FROM layers_unit u
    WHERE u.kind = ANY(%(kinds)s)
        AND u.geom && (SELECT ST_Expand(ST_Extent(geom)::geometry, %(beside)s) FROM import_rows)
        AND u.valid_from <= %(day)s AND (u.valid_to IS NULL OR u.valid_to > %(day)s)
"""
# A line belongs where its middle lies, an area where a point on it does.
POINTS = """
CREATE TEMP TABLE import_points AS
    SELECT row_id, ST_SetSRID(CASE GeometryType(geom) WHEN 'POINT' THEN geom
        WHEN 'LINESTRING' THEN ST_LineInterpolatePoint(geom, 0.5) ELSE ST_PointOnSurface(geom) END, 4326) AS point
    FROM import_rows WHERE NOT bad AND geom IS NOT NULL
"""
EXACT = """
INSERT INTO import_places
    SELECT DISTINCT ON (p.row_id) p.row_id, u.id, 0 FROM import_points p
    JOIN import_units u ON u.kind = ANY(%(now)s) AND ST_Intersects(u.geom, p.point)
    WHERE NOT EXISTS (SELECT FROM import_places q WHERE q.row_id = p.row_id)
    ORDER BY p.row_id, u.rank, u.id
"""
NEAR = """
INSERT INTO import_places
    SELECT p.row_id, u.id, ST_Distance(u.geom::geography, p.point::geography) FROM import_points p
    CROSS JOIN LATERAL (
        SELECT c.id, c.geom FROM import_units c
        WHERE c.kind = ANY(%(now)s) AND ST_DWithin(c.geom, p.point, %(beside)s)
        ORDER BY c.geom <-> p.point, c.id LIMIT 1
    ) u
    WHERE NOT EXISTS (SELECT FROM import_places q WHERE q.row_id = p.row_id)
"""


def place(day: date, above: Kind | None = None) -> None:
    """Make `import_places`: for each staged row the unit that holds it on that day, and how far away it is.

    `above` asks for the unit above one of that kind instead: rows are units themselves.
    """
    execute("DROP TABLE IF EXISTS import_units, import_points, import_places")
    execute("CREATE TEMP TABLE import_places (row_id integer, unit_id bigint, distance double precision)")
    finest_first = [str(kind) for kind in reversed(KINDS[: KINDS.index(above)] if above else KINDS)]
    if not finest_first or not fetch("SELECT 1 FROM import_rows WHERE geom IS NOT NULL LIMIT 1"):
        return
    values = {"kinds": finest_first, "day": day, "beside": BESIDE}
    execute(UNITS, values)
    execute("CREATE INDEX ON import_units USING gist (geom)")
    execute(POINTS)
    execute("ANALYZE import_units")
    execute("ANALYZE import_points")
    fine = [kind for kind in finest_first if kind in (Kind.HAMLET, Kind.COMMUNE)]
    if fine:
        execute(EXACT, values | {"now": fine})
        execute("CREATE INDEX ON import_places (row_id)")
        execute("ANALYZE import_places")
        execute(NEAR, values | {"now": [Kind.COMMUNE.value] if not above else fine})
    execute(EXACT, values | {"now": [kind for kind in finest_first if kind not in fine]})
    execute("ANALYZE import_places")
