"""Roads, facilities, waste sites, households: which row of the store each staged row is, and in which unit."""

from typing import Any

from django.db import models
from psycopg2.sql import SQL, Composable, Identifier

from .context import Job, reject
from .placing import place
from .statements import execute
from .upsert import Cell

# A row's own number if the file has one, else its shape. A number that stands on several rows (VPROMMS ids
# do) names none of them, so the shape is added; a household's number may stand once for each year.
KEYS = """
CREATE TEMP TABLE import_keys AS
    SELECT row_id, line, part, shape, number, repeats,
        CASE WHEN number IS NULL THEN coalesce(named, shape)
            WHEN repeats > 1 AND NOT {yearly} THEN left(number, 60) || ':' || left(coalesce(shape, named), 16)
            ELSE number END AS key
    FROM (SELECT row_id, line, part, shape, {number} AS number, {named} AS named,
                 count(*) OVER (PARTITION BY {number}) AS repeats FROM import_rows WHERE NOT bad) r
"""
NO_KEY = """
INSERT INTO import_found SELECT line, '', '', 'error', 'no_identity', '{{}}' FROM import_keys WHERE key IS NULL
"""
# Rows that are one and the same: the first is taken.
SAME_ROW = """
WITH again AS (
    SELECT k.row_id, k.line, first_value(k.line) OVER w AS first, row_number() OVER w AS nth
    FROM import_keys k JOIN import_rows r USING (row_id) WINDOW w AS (PARTITION BY k.key, {year} ORDER BY k.row_id)
), dropped AS (
    UPDATE import_rows r SET bad = true FROM again a WHERE a.row_id = r.row_id AND a.nth > 1
)
INSERT INTO import_found SELECT line, {heading}, '', {severity}, {code}, jsonb_build_object('first', first)
    FROM again WHERE nth > 1
"""
REPEATED_NUMBER = """
INSERT INTO import_found SELECT line, {heading}, left(number, 200), 'warning', 'repeated_number',
        jsonb_build_object('first', first)
    FROM (SELECT *, first_value(line) OVER w AS first, row_number() OVER w AS nth FROM import_keys
          WHERE number IS NOT NULL AND repeats > 1 WINDOW w AS (PARTITION BY number ORDER BY row_id)) k
    WHERE nth > 1 AND line <> first
"""
SAME_SHAPE = """
INSERT INTO import_found SELECT line, '', '', 'warning', 'same_shape', jsonb_build_object('first', first)
    FROM (SELECT k.line, first_value(k.line) OVER w AS first, row_number() OVER w AS nth
          FROM import_keys k JOIN import_rows r USING (row_id) WHERE NOT r.bad AND k.shape IS NOT NULL
          AND ({yearly}) IS NOT TRUE
          WINDOW w AS (PARTITION BY k.shape ORDER BY k.row_id)) k
    WHERE nth > 1
"""
# The unit that the row names, else the one in which it lies.
PLAN = """
CREATE TEMP TABLE import_plan AS
    SELECT r.row_id, r.line, k.key, c.id AS coded_id, coalesce(c.id, p.unit_id) AS unit_id, p.unit_id AS placed_id,
           p.distance, t.id AS target_id, t.unit_id AS was_in, NULL::text AS action
    FROM import_rows r JOIN import_keys k USING (row_id) LEFT JOIN import_places p USING (row_id)
    LEFT JOIN LATERAL (
        SELECT u.id FROM layers_unit u WHERE u.code = {unit} AND u.valid_from <= %(day)s
            AND (u.valid_to IS NULL OR u.valid_to > %(day)s)
        ORDER BY array_position(ARRAY['hamlet', 'commune', 'district', 'province'], u.kind::text), u.id LIMIT 1
    ) c ON true
    LEFT JOIN {table} t ON t.key = k.key AND k.key <> ''
    WHERE NOT r.bad
"""
FOUND = (
    """
    INSERT INTO import_found SELECT p.line, {heading}, {unit},
        CASE WHEN p.unit_id IS NULL THEN 'error' ELSE 'warning' END, 'unknown_unit', '{{}}'
    FROM import_plan p JOIN import_rows r USING (row_id) WHERE {unit} IS NOT NULL AND p.coded_id IS NULL
    """,
    """
    INSERT INTO import_found SELECT p.line, '', left(p.key, 200), 'error', 'not_on_record', '{{}}'
    FROM import_plan p WHERE {joined} AND p.target_id IS NULL
    """,
    """
    INSERT INTO import_found SELECT p.line, '', '', 'error', 'no_unit', '{{}}'
    FROM import_plan p JOIN import_rows r USING (row_id)
    WHERE p.unit_id IS NULL AND p.was_in IS NULL AND {unit} IS NULL AND NOT {joined}
    """,
    """
    INSERT INTO import_found SELECT p.line, {heading}, {unit}, 'warning', 'not_in_its_unit',
        jsonb_build_object('unit', trim(u.title || ' ' || u.name))
    FROM import_plan p JOIN import_rows r USING (row_id) JOIN layers_unit c ON c.id = p.coded_id
    JOIN layers_unit u ON u.id = p.placed_id
    WHERE NOT starts_with(u.path, c.path) AND NOT starts_with(c.path, u.path)
    """,
    """
    INSERT INTO import_found SELECT p.line, '', '', 'warning', 'beside_unit',
        jsonb_build_object('unit', trim(u.title || ' ' || u.name), 'metres', ceil(p.distance))
    FROM import_plan p JOIN layers_unit u ON u.id = p.placed_id WHERE p.distance > 1 AND p.coded_id IS NULL
    """,
    """
    INSERT INTO import_found SELECT NULL, '', '', 'warning', 'large_unit',
        jsonb_build_object('unit', trim(u.title || ' ' || u.name), 'count', count(*))
    FROM import_plan p JOIN layers_unit u ON u.id = p.unit_id WHERE u.kind IN ('district', 'province') GROUP BY u.id
    """,
    """
    INSERT INTO import_found SELECT p.line, '', '', 'error', 'not_yours', '{{}}'
    FROM import_plan p LEFT JOIN layers_unit u ON u.id = p.unit_id LEFT JOIN layers_unit w ON w.id = p.was_in
    WHERE %(areas)s::text[] IS NOT NULL AND (
        coalesce(NOT u.path LIKE ANY (%(areas)s::text[]), false)
        OR coalesce(NOT w.path LIKE ANY (%(areas)s::text[]), false))
    """,
)


def _column(job: Job, name: str) -> Composable:
    return SQL("r.{}").format(Identifier(name)) if job.has(name) else SQL("NULL::text")


def number(job: Job) -> Composable:
    """Return the SQL of a row's own number in its source."""
    numbers = [Identifier(name) for name in ("key", "vpromms_id") if job.has(name)]
    return SQL("coalesce({})").format(SQL(", ").join(numbers)) if numbers else SQL("NULL::text")


def resolve(job: Job) -> None:
    """Make `import_plan` for rows with a place, and report what stands in the way."""
    execute("DROP TABLE IF EXISTS import_keys, import_plan")
    yearly = job.target.slug == "households"
    named = SQL("NULL::text")
    if yearly and job.has("name"):
        # Names repeat, but seldom in one hamlet at one address; where neither is known the position must tell.
        told = [n for n in ("unit", "name", "address") if job.has(n)]
        parts = [SQL("coalesce({}, '')").format(Identifier(n)) for n in (told if "unit" in told else [*told, "shape"])]
        named = SQL("CASE WHEN name IS NOT NULL THEN md5(search_key(concat_ws('|', {}))) END").format(
            SQL(", ").join(parts)
        )
    parts_of = {
        "number": number(job),
        "named": named,
        "yearly": SQL("true") if yearly else SQL("false"),
        "year": SQL("r.year") if job.has("year") else SQL("0"),
        "heading": _text(job.heading("key") or job.heading("vpromms_id")),
        "severity": _text("error" if yearly else "warning"),
        "code": _text("duplicate_key" if yearly else "duplicate_row"),
    }
    execute(KEYS, **parts_of)
    for statement in (NO_KEY, SAME_ROW, *(() if yearly else (REPEATED_NUMBER,)), SAME_SHAPE):
        execute(statement, {}, **parts_of)
    reject()
    execute("CREATE UNIQUE INDEX ON import_keys (row_id)")
    place(job.day)
    unit = _column(job, "unit")
    execute("ANALYZE import_keys")
    execute(PLAN, job.values, unit=unit, table=job.target.model._meta.db_table)
    execute("CREATE UNIQUE INDEX ON import_plan (row_id)")
    execute("ANALYZE import_plan")
    joined = SQL("true" if job.stage.joined else "false")
    for statement in FOUND:
        execute(statement, job.values, unit=unit, heading=_text(job.heading("unit")), joined=joined)
    reject()
    execute("DELETE FROM import_plan p USING import_rows r WHERE r.row_id = p.row_id AND r.bad")


def _text(text: str) -> Composable:
    # A heading of the file: doubled quotes and percent signs keep it a text.
    return SQL("'{}'").format(SQL(text.replace("'", "''").replace("%", "%%").replace("{", "").replace("}", "")))


def _empty(model_field: Any) -> str:
    """Return what an empty cell is in a new row: the model's own default of a text, nothing of anything else."""
    textual = isinstance(model_field, models.CharField | models.TextField) and not model_field.null
    return f"'{model_field.get_default()}'" if textual else "NULL"


def cells(job: Job) -> dict[str, Cell]:
    """Return what each column of the row in the store becomes. An empty cell of the file says nothing."""
    model = job.target.model
    found = {
        "key": Cell("p.key"),
        # A row that was put into a unit by hand stays there until its file names another or it moves.
        "unit_id": Cell(
            "p.unit_id",
            "CASE WHEN p.coded_id IS NOT NULL OR (r.geom IS NOT NULL AND r.geom IS DISTINCT FROM t.geom) "
            "THEN coalesce(p.unit_id, t.unit_id) ELSE t.unit_id END",
        ),
        "geom": Cell("r.geom", "coalesce(r.geom, t.geom)"),
        "source": Cell("%(source)s"),
        "as_of": Cell("%(as_of)s::date", "coalesce(%(as_of)s, t.as_of)"),
    }
    own = {"unit", "key", "province"} | {column.name for column in job.target.reviews}
    for column in job.stage.columns:
        if column.name in own:
            continue
        default = {"source": "%(source)s", "as_of": "%(as_of)s::date"}.get(column.name)
        default = default or _empty(model._meta.get_field(column.name))
        staged = SQL("r.{}").format(Identifier(column.name))
        between = SQL("%(as_of)s, ") if column.name == "as_of" else SQL("")
        found[column.name] = Cell(
            SQL("coalesce({}, {})").format(staged, SQL(default)),
            SQL("coalesce({}, {}t.{})").format(staged, between, Identifier(column.name)),
        )
    if "level" in found:
        found["level"] = Cell(
            "coalesce(r.level, '')",
            "CASE WHEN coalesce(r.kind, t.kind) = 'school' THEN coalesce(r.level, t.level) ELSE '' END",
        )
    return found
