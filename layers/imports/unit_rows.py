"""Units: which unit of the store each staged row is, and the unit above it.

Codes are used again when units are merged, sometimes with the name. A row is the unit that has its code on
its day if the two agree in name and roughly in area or, spelled differently, closely in area; otherwise it is
a new unit, and the old one ends where it begins. Without areas to compare, a name that is spelled a little
differently under the same unit is a new spelling, and one that is quite another is refused: it may be either.
"""

from psycopg2.sql import SQL, Composable, Identifier

from layers.models.units import KINDS, Kind

from .context import Job, reject
from .feature_rows import _text
from .placing import place
from .statements import execute, fetch
from .upsert import Cell, remember

DUPLICATES = """
INSERT INTO import_found SELECT line, {heading}, code, 'error', 'duplicate_key', jsonb_build_object('first', first)
    FROM (SELECT line, code, first_value(line) OVER w AS first, row_number() OVER w AS nth FROM import_rows r
          WHERE NOT bad WINDOW w AS (PARTITION BY code, {since} ORDER BY row_id)) k WHERE nth > 1
"""
SAME_SHAPE = """
INSERT INTO import_found SELECT line, '', '', 'warning', 'same_shape', jsonb_build_object('first', first)
    FROM (SELECT line, first_value(line) OVER w AS first, row_number() OVER w AS nth FROM import_rows
          WHERE NOT bad AND shape IS NOT NULL WINDOW w AS (PARTITION BY shape ORDER BY row_id)) k WHERE nth > 1
"""
#: A name as offices shorten it: "P. Đức Xuân", "Phường Đức Xuân" and "Duc Xuan" are one.
PLAIN = (
    "trim(regexp_replace(regexp_replace(search_key({name}), "
    r"'^(thanh pho|thi tran|thi xa|phuong|huyen|tinh|quan|xa|tp|tt|tx|p|x|h|q|t)([.] *| +)', ''), "
    "'[^a-z0-9]+', ' ', 'g'))"
)
#: From here on names are the same but for their spelling: "Nông Thượng 2" is, "Phong Quang" for "Dương Quang" is not.
SPELLED_ALIKE = 0.6
PLAN = """
CREATE TEMP TABLE import_plan AS
    SELECT r.row_id, r.line, s.since, told.id AS told_id, p.unit_id AS placed_id, NULL::bigint AS parent_id,
           same.id AS target_id, NULL::bigint AS replaces_id,
           other.id AS other_id, later.valid_from AS until, NULL::text AS action,
           NOT m.solid AND NOT m.alike AND (m.kin OR other.valid_from = s.since) AS taken
    FROM import_rows r
    CROSS JOIN LATERAL (SELECT coalesce({since}, %(day)s) AS since) s
    LEFT JOIN import_places p USING (row_id)
    LEFT JOIN LATERAL (
        SELECT u.id, u.path FROM layers_unit u
        WHERE u.kind = ANY (%(above)s) AND u.code IN ({above_codes})
            AND u.valid_from <= s.since AND (u.valid_to IS NULL OR u.valid_to > s.since)
        ORDER BY array_position(%(above)s, u.kind::text) LIMIT 1
    ) told ON true
    LEFT JOIN layers_unit other ON other.kind = %(kind)s AND other.code = r.code
        AND other.valid_from <= s.since AND (other.valid_to IS NULL OR other.valid_to > s.since)
    LEFT JOIN LATERAL (
        SELECT n.was = n.now AS equal, n.was = n.now OR similarity(n.was, n.now) > %(alike)s AS alike,
            {named} IS NULL OR coalesce(starts_with(other.path, told.path), false) AS kin,
            coalesce(GeometryType(r.geom) = 'MULTIPOLYGON', false) AS solid
        FROM (SELECT {was} AS was, {now} AS now) n
    ) m ON true
    LEFT JOIN layers_unit same ON same.id = other.id AND (other.valid_from = s.since OR CASE
        WHEN other.geom IS NULL OR NOT m.solid THEN m.equal OR m.alike AND m.kin
        WHEN other.geom = r.geom THEN true
        ELSE ST_Area(ST_Intersection(other.geom, r.geom)) > greatest(ST_Area(other.geom), ST_Area(r.geom))
            * CASE WHEN m.equal THEN 0.5 ELSE 0.8 END
        END)
    LEFT JOIN LATERAL (
        SELECT min(u.valid_from) AS valid_from FROM layers_unit u
        WHERE u.kind = %(kind)s AND u.code = r.code AND u.valid_from > s.since
    ) later ON true
    WHERE NOT r.bad
"""
# The unit above: as the file says, else as it is, else the one in which it lies. The unit that the user chose is
# for rows that name none, or the province alone: a row that names one which is not on record is not the user's.
PARENTS = """
UPDATE import_plan p SET replaces_id = CASE WHEN p.target_id IS NULL THEN p.other_id END,
    parent_id = CASE
        WHEN {chosen} AND {parent} IS NULL AND a.id <> c.id AND starts_with(c.path, a.path)
            THEN coalesce(t.parent_id, p.placed_id, c.id)
        ELSE coalesce(p.told_id, t.parent_id, p.placed_id, CASE WHEN {chosen} AND {named} IS NULL THEN c.id END)
        END
FROM import_plan q JOIN import_rows r USING (row_id) LEFT JOIN layers_unit t ON t.id = q.target_id
LEFT JOIN layers_unit a ON a.id = q.told_id LEFT JOIN layers_unit c ON c.id = %(unit_id)s
WHERE q.row_id = p.row_id
"""
FOUND = (
    """
    INSERT INTO import_found SELECT p.line, {named_heading}, {named}, 'error', 'unknown_parent', '{{}}'
    FROM import_plan p JOIN import_rows r USING (row_id) WHERE {named} IS NOT NULL AND p.parent_id IS NULL
    """,
    """
    INSERT INTO import_found SELECT p.line, '', r.name, 'error', 'no_parent', '{{}}'
    FROM import_plan p JOIN import_rows r USING (row_id)
    WHERE p.parent_id IS NULL AND {named} IS NULL AND %(kind)s <> 'province'
    """,
    """
    INSERT INTO import_found SELECT p.line, {named_heading}, {named}, 'error', 'not_of_chosen',
        jsonb_build_object('unit', trim(a.title || ' ' || a.name), 'chosen', trim(c.title || ' ' || c.name))
    FROM import_plan p JOIN import_rows r USING (row_id) JOIN layers_unit a ON a.id = p.parent_id
    JOIN layers_unit c ON c.id = %(unit_id)s
    WHERE {chosen} AND NOT starts_with(a.path, c.path)
        AND (%(areas)s::text[] IS NULL OR a.path LIKE ANY (%(areas)s::text[]))
    """,
    """
    INSERT INTO import_found SELECT p.line, {heading}, r.name, 'error', 'code_taken', jsonb_build_object('name', u.name)
    FROM import_plan p JOIN import_rows r USING (row_id) JOIN layers_unit u ON u.id = p.other_id WHERE p.taken
    """,
    """
    INSERT INTO import_found SELECT p.line, {heading}, r.code, 'warning', 'code_used_again',
        jsonb_build_object('name', u.name, 'since', p.since)
    FROM import_plan p JOIN import_rows r USING (row_id) JOIN layers_unit u ON u.id = p.replaces_id
    WHERE NOT p.taken
    """,
    """
    INSERT INTO import_found SELECT p.line, {name_heading}, r.name, 'warning', 'renamed',
        jsonb_build_object('name', t.name)
    FROM import_plan p JOIN import_rows r USING (row_id) JOIN layers_unit t ON t.id = p.target_id
    WHERE lower(t.name) <> lower(r.name) AND NOT p.taken
    """,
    """
    INSERT INTO import_found SELECT p.line, '', '', 'error', 'not_yours', '{{}}'
    FROM import_plan p LEFT JOIN layers_unit a ON a.id = p.parent_id
    LEFT JOIN layers_unit t ON t.id = coalesce(p.target_id, p.replaces_id)
    WHERE %(areas)s::text[] IS NOT NULL AND (p.parent_id IS NOT NULL OR %(kind)s = 'province') AND (
        NOT coalesce(a.path, '') LIKE ANY (%(areas)s::text[])
        OR coalesce(NOT t.path LIKE ANY (%(areas)s::text[]), false))
    """,
)
# Counted once the rows with errors are known: what is said of so many rows is said of those that are stored.
COUNTED = (
    """
    INSERT INTO import_found SELECT min(p.line), {parent_heading}, {parent}, 'warning', 'parent_skipped',
        jsonb_build_object('unit', trim(a.title || ' ' || a.name), 'count', count(*))
    FROM import_plan p JOIN import_rows r USING (row_id) JOIN layers_unit a ON a.id = p.parent_id
    LEFT JOIN layers_unit u ON u.id = p.told_id
    WHERE NOT r.bad AND {parent} IS NOT NULL AND u.code IS DISTINCT FROM {parent} GROUP BY {parent}, a.id
    """,
    """
    INSERT INTO import_found SELECT NULL, '', '', 'warning', 'valid_from_today', jsonb_build_object('count', count(*))
    FROM import_plan p JOIN import_rows r USING (row_id)
    WHERE NOT r.bad AND p.target_id IS NULL AND {since} IS NULL AND %(as_of)s::date IS NULL HAVING count(*) > 0
    """,
)
POLYGON = "GeometryType(r.geom) = 'MULTIPOLYGON'"


def _column(job: Job, name: str, kind: str = "text") -> Composable:
    return SQL("r.{}").format(Identifier(name)) if job.has(name) else SQL("NULL::" + kind)


def resolve(job: Job) -> None:
    """Make `import_plan` for units, and report what stands in the way."""
    kind = Kind(job.target.slug.removesuffix("s"))
    above = [str(k) for k in reversed(KINDS[: KINDS.index(kind)])]
    since = _column(job, "valid_from", "date")
    parent, province = _column(job, "parent"), _column(job, "province")
    headings = {name: _text(job.heading(name)) for name in ("parent", "province")}
    parts = {
        "since": since,
        "heading": _text(job.heading("code")),
        "name_heading": _text(job.heading("name")),
        "parent": parent,
        "parent_heading": headings["parent"],
        "named": SQL("coalesce({}, {})").format(parent, province),
        "named_heading": SQL("CASE WHEN {} IS NOT NULL THEN {} ELSE {} END").format(
            parent, headings["parent"], headings["province"]
        ),
        "above_codes": SQL(", ").join([parent, province]),
        # An area that is the user's only one has not been chosen.
        "chosen": SQL("true" if job.options.unit and job.unit is not None and job.unit.kind in above else "false"),
        "was": SQL(PLAIN).format(name=SQL("other.name")),
        "now": SQL(PLAIN).format(name=SQL("r.name")),
    }
    values = job.values | {"kind": str(kind), "above": above, "alike": SPELLED_ALIKE}
    execute("DROP TABLE IF EXISTS import_plan")
    execute(DUPLICATES, values, **parts)
    execute(SAME_SHAPE, values)
    reject()
    place(job.day, above=kind)
    execute("ANALYZE import_rows")
    execute(PLAN, values, **parts)
    execute("CREATE UNIQUE INDEX ON import_plan (row_id)")
    execute(PARENTS, values, **parts)
    for statement in FOUND:
        execute(statement, values, **parts)
    reject()
    for statement in COUNTED:
        execute(statement, values, **parts)
    execute("DELETE FROM import_plan p USING import_rows r WHERE r.row_id = p.row_id AND r.bad")


def end_replaced(job: Job, run: int) -> None:
    """End the units whose code a new unit takes over, on the day on which that one begins."""
    if not fetch("SELECT 1 FROM import_plan WHERE replaces_id IS NOT NULL AND action = 'create' LIMIT 1"):
        return
    remember(job.target.model, run, SQL("SELECT replaces_id FROM import_plan WHERE action = 'create'"))
    execute(
        "UPDATE layers_unit u SET valid_to = p.since, run_id = %(run)s, updated_at = now() FROM import_plan p "
        "WHERE u.id = p.replaces_id AND p.action = 'create'",
        {"run": run},
    )


def cells(job: Job) -> dict[str, Cell]:
    """Return what each column of a unit becomes. An empty cell of the file says nothing."""
    kind = job.target.slug.removesuffix("s")

    def text(name: str, otherwise: str = "''") -> Cell:
        if not job.has(name):
            return Cell(otherwise)
        return Cell(f"coalesce(r.{name}, {otherwise})", f"coalesce(r.{name}, t.{name})")

    rural = "lower(coalesce(r.title, '')) = 'xã'" if kind == "commune" else "false"
    as_of = "r.as_of, %(as_of)s" if job.has("as_of") else "%(as_of)s::date"
    return {
        "code": Cell("r.code"),
        "kind": Cell(f"'{kind}'"),
        "name": text("name"),
        "title": text("title"),
        "rural": Cell(rural),
        "region": Cell("coalesce((SELECT a.region FROM layers_unit a WHERE a.id = p.parent_id), '')"),
        "parent_id": Cell("p.parent_id", "p.parent_id"),
        "valid_from": Cell("p.since"),
        "valid_to": Cell(
            "coalesce(r.valid_to, p.until)" if job.has("valid_to") else "p.until",
            "coalesce(r.valid_to, t.valid_to)" if job.has("valid_to") else None,
        ),
        "source": text("source", "%(source)s"),
        "as_of": Cell(f"coalesce({as_of})", f"coalesce({as_of}, t.as_of)"),
        "geom": Cell(f"CASE WHEN {POLYGON} THEN r.geom END", f"CASE WHEN {POLYGON} THEN r.geom ELSE t.geom END"),
        "boundary": Cell(
            f"CASE WHEN {POLYGON} THEN 'surveyed' ELSE 'none' END",
            f"CASE WHEN {POLYGON} THEN 'surveyed' ELSE t.boundary END",
        ),
        "point": Cell(
            "ST_PointOnSurface(r.geom)",
            f"CASE WHEN r.geom IS NULL THEN t.point WHEN {POLYGON} AND r.geom IS NOT DISTINCT FROM t.geom THEN t.point "
            "ELSE ST_PointOnSurface(r.geom) END",
        ),
    }
