"""Provisional boundaries of hamlets that nobody has surveyed.

Each piece of a commune goes to the hamlet of the nearest household, or, where a hamlet has no household
with a position, of the nearest hamlet point. Surveyed hamlets keep what is theirs. The result says that it
is provisional, and gives way to a boundary that is drawn or imported.
"""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from psycopg2.sql import SQL

from layers.models import Unit

from .statements import execute, fetch
from .upsert import remember

COMMUNES = """
CREATE TEMP TABLE hamlet_communes AS
    SELECT c.id, c.path, coalesce(ST_Difference(c.geom, taken.geom), c.geom) AS geom
    FROM layers_unit c
    CROSS JOIN LATERAL (
        SELECT ST_Union(h.geom) AS geom FROM layers_unit h
        WHERE h.parent_id = c.id AND h.kind = 'hamlet' AND h.boundary = 'surveyed' AND {valid_h}
    ) taken
    WHERE c.kind = 'commune' AND c.geom IS NOT NULL AND {valid_c} AND c.path LIKE ANY (%(paths)s)
"""
SEEDS = """
CREATE TEMP TABLE hamlet_seeds AS
    WITH hamlets AS (
        SELECT h.id, h.parent_id, h.point, c.geom FROM layers_unit h JOIN hamlet_communes c ON c.id = h.parent_id
        WHERE h.kind = 'hamlet' AND h.boundary <> 'surveyed' AND {valid_h}
    ), homes AS (
        SELECT h.id, h.parent_id, ST_SnapToGrid(f.geom, 1e-6) AS point FROM hamlets h
        JOIN layers_household f ON f.unit_id = h.id WHERE ST_Intersects(f.geom, h.geom)
    )
    SELECT DISTINCT ON (parent_id, point) * FROM (
        SELECT * FROM homes
        UNION ALL
        SELECT id, parent_id, point FROM hamlets h
        WHERE point IS NOT NULL AND NOT EXISTS (SELECT FROM homes o WHERE o.id = h.id)
    ) s ORDER BY parent_id, point, id
"""
# One seed has no Voronoi cell: the hamlet gets all that is left of its commune.
CELLS = """
CREATE TEMP TABLE hamlet_shapes AS
    WITH cells AS (
        SELECT c.id AS parent_id, cell.geom FROM hamlet_communes c
        JOIN (SELECT parent_id, ST_Collect(point ORDER BY id, point) AS points, count(*) AS n
              FROM hamlet_seeds GROUP BY 1) s ON s.parent_id = c.id
        CROSS JOIN LATERAL (
            SELECT (ST_Dump(CASE WHEN s.n = 1 THEN ST_Envelope(c.geom)
                            ELSE ST_VoronoiPolygons(s.points, 0, ST_Envelope(c.geom)) END)).geom
        ) cell
    ), areas AS (
        SELECT s.id, s.parent_id, ST_Union(x.geom) AS geom FROM cells x
        JOIN hamlet_seeds s ON s.parent_id = x.parent_id AND ST_Intersects(x.geom, s.point) GROUP BY 1, 2
    )
    SELECT a.id, ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_Intersection(a.geom, c.geom)), 3)) AS geom
    FROM areas a JOIN hamlet_communes c ON c.id = a.parent_id
"""
CHANGED = """
SELECT s.id FROM hamlet_shapes s JOIN layers_unit h ON h.id = s.id
WHERE NOT ST_IsEmpty(s.geom) AND (h.geom IS DISTINCT FROM s.geom OR h.boundary <> 'provisional')
"""
WRITE = """
UPDATE layers_unit h SET geom = s.geom, boundary = 'provisional', updated_at = now(),
    point = coalesce(h.point, ST_PointOnSurface(s.geom))
FROM hamlet_shapes s WHERE s.id = h.id AND h.id IN ({changed})
"""


def _valid(alias: str) -> SQL:
    return SQL(f"{alias}.valid_from <= %(day)s AND ({alias}.valid_to IS NULL OR {alias}.valid_to > %(day)s)")


def draw_provisional(commune_paths: Iterable[str], day: date | None = None, run: int | None = None) -> int:
    """Draw the hamlets below these paths that are not surveyed; return how many boundaries changed.

    With a `run` the boundaries as they were are kept with it, so that undoing it brings them back.
    """
    paths = [f"{path}%" for path in commune_paths]
    if not paths:
        return 0
    values = {"paths": paths, "day": day or timezone.localdate()}
    execute("DROP TABLE IF EXISTS hamlet_communes, hamlet_seeds, hamlet_shapes")
    for statement in (COMMUNES, SEEDS, CELLS):
        execute(statement, values, valid_h=_valid("h"), valid_c=_valid("c"))
    changed = SQL(CHANGED)
    count = len(fetch(changed))
    if count:
        if run is not None:
            remember(Unit, run, changed)
        execute(WRITE, changed=changed)
    execute("DROP TABLE hamlet_communes, hamlet_seeds, hamlet_shapes")
    return count
