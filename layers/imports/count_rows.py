"""Counted statistics and declared results: rows of a unit and a year, without a place of their own."""

from django.utils import timezone
from psycopg2.sql import SQL, Composable, Identifier

from .context import Job, reject
from .feature_rows import _text
from .statements import compose, execute
from .upsert import Cell

# A unit is named by its code, or by its name where only one commune of the user's area has it that year. An indicator
# is named by its code, and its part after a sign where it has two values: 17.1/clean_water, "17.1 clean_water".
NAMED = """
CREATE TEMP TABLE import_names AS
    SELECT x.unit, x.year, count(DISTINCT u.id) AS many, min(u.id) AS id, min(u.path) AS path
    FROM (SELECT DISTINCT unit, year FROM import_rows WHERE NOT bad) x
    JOIN (layers_unit u CROSS JOIN LATERAL (VALUES (u.name), (u.title || ' ' || u.name)) w (name))
        ON lower(w.name) = lower(x.unit)
    WHERE u.kind = 'commune' AND u.valid_from <= make_date(x.year, 12, 31)
        AND (u.valid_to IS NULL OR u.valid_to > make_date(x.year, 12, 31))
        AND (%(areas)s::text[] IS NULL OR u.path LIKE ANY (%(areas)s::text[]))
    GROUP BY x.unit, x.year
"""
PLAN = """
CREATE TEMP TABLE import_plan AS
    SELECT r.row_id, r.line, coalesce(u.id, n.id) AS unit_id, coalesce(u.path, n.path) AS path,
           {indicator_id} AS indicator_id, t.id AS target_id, NULL::text AS action
    FROM import_rows r
    LEFT JOIN LATERAL (
        SELECT u.id, u.path FROM layers_unit u WHERE u.code = r.unit AND u.valid_from <= make_date(r.year, 12, 31)
            AND (u.valid_to IS NULL OR u.valid_to > make_date(r.year, 12, 31)) ORDER BY u.valid_from DESC, u.id LIMIT 1
    ) u ON true
    LEFT JOIN import_names n ON n.unit = r.unit AND n.year = r.year AND n.many = 1
    {indicators}
    LEFT JOIN {table} t ON t.unit_id = coalesce(u.id, n.id) AND t.year = r.year AND {same}
    WHERE NOT r.bad
"""
INDICATORS = """
    LEFT JOIN LATERAL (
        SELECT i.id FROM layers_indicator i JOIN layers_criterion c ON c.id = i.criterion_id
        JOIN layers_criteriaset s ON s.id = c.criteria_set_id
        WHERE r.year BETWEEN s.first_year AND s.last_year
            AND {plain_name} = {plain_cell} LIMIT 1
    ) i ON true
"""
#: A name of an indicator with whatever stands between its code and its part.
PLAIN = "regexp_replace(lower(trim({})), '[ /:._-]+', '/', 'g')"
DUPLICATES = """
INSERT INTO import_found SELECT line, {heading}, unit, 'error', 'duplicate_key', jsonb_build_object('first', first)
    FROM (SELECT p.line, r.unit, first_value(p.line) OVER w AS first, row_number() OVER w AS nth
          FROM import_plan p JOIN import_rows r USING (row_id) WHERE p.unit_id IS NOT NULL
          WINDOW w AS (PARTITION BY p.unit_id, r.year, {what_is} ORDER BY row_id)) k WHERE nth > 1
"""
# A code that is typed as a number loses the zero at its end: 17.10 is read as 17.1.
ZERO_LOST = """
INSERT INTO import_found SELECT DISTINCT r.line, {what_heading}, r.{what}, 'error', 'zero_lost',
    jsonb_build_object('code', r.{what} || '0')
FROM import_found f JOIN import_rows r USING (line)
JOIN layers_criteriaset s ON r.year BETWEEN s.first_year AND s.last_year
JOIN layers_criterion c ON c.criteria_set_id = s.id
JOIN layers_indicator i ON i.criterion_id = c.id AND i.code = r.{what} || '0'
WHERE f.code IN ('duplicate_key', 'unknown_indicator', 'part_of_indicator')
    AND r.{what} ~ '^[0-9]+[.][1-9]$'
"""
# The results of a year stay as they were recognised (`layers.criteria.sql.FROZEN`); what is counted since is kept.
RECOGNISED = """
INSERT INTO import_found SELECT NULL, '', '', 'warning', 'year_recognised',
    jsonb_build_object('unit', h.name, 'year', y.year, 'rows', count(*))
FROM import_plan p JOIN import_rows r USING (row_id) JOIN layers_unit u ON u.id = p.unit_id
JOIN layers_cycle y ON y.unit_id IN (u.id, u.parent_id) AND y.year = r.year AND y.state = 'recognised'
JOIN layers_unit h ON h.id = y.unit_id
GROUP BY h.id, y.year ORDER BY h.name, y.year
"""
FOUND = (
    """
    INSERT INTO import_found SELECT line, {year_heading}, year::text, 'error', 'year_to_come', '{{}}'
    FROM import_rows WHERE year > %(this_year)s
    """,
    """
    INSERT INTO import_found SELECT p.line, {heading}, r.unit, 'error', 'units_of_that_name',
        jsonb_build_object('count', n.many)
    FROM import_plan p JOIN import_rows r USING (row_id) JOIN import_names n ON n.unit = r.unit AND n.year = r.year
    WHERE p.unit_id IS NULL
    """,
    """
    INSERT INTO import_found SELECT p.line, {heading}, r.unit, 'error', 'unknown_unit', '{{}}'
    FROM import_plan p JOIN import_rows r USING (row_id)
    WHERE p.unit_id IS NULL AND NOT EXISTS (SELECT FROM import_names n WHERE n.unit = r.unit AND n.year = r.year)
    """,
    """
    INSERT INTO import_found SELECT p.line, {what_heading}, r.{what},
        'error', CASE WHEN k.parts IS NULL THEN 'unknown_indicator' ELSE 'part_of_indicator' END,
        jsonb_build_object('parts', k.parts)
    FROM import_plan p JOIN import_rows r USING (row_id)
    LEFT JOIN LATERAL (
        SELECT string_agg(i.code || '/' || i.part, ', ' ORDER BY i.id) AS parts
        FROM layers_indicator i JOIN layers_criterion c ON c.id = i.criterion_id
        JOIN layers_criteriaset s ON s.id = c.criteria_set_id
        WHERE {declared} AND r.year BETWEEN s.first_year AND s.last_year AND i.part <> ''
            AND starts_with({plain_cell} || '/', {plain_code} || '/')
    ) k ON true
    WHERE p.indicator_id IS NULL
    """,
    # What a commune has handed in for checking stands still until it is returned (`layers.programme.cycle`).
    """
    INSERT INTO import_found SELECT p.line, {heading}, r.unit, 'error', 'handed_in', '{{}}'
    FROM import_plan p JOIN import_rows r USING (row_id) JOIN layers_unit u ON u.id = p.unit_id
    JOIN layers_cycle y ON y.unit_id IN (u.id, u.parent_id) AND y.year = r.year AND y.state <> 'draft'
    WHERE {declared}
    """,
    """
    INSERT INTO import_found SELECT p.line, {part_heading}, '', 'error', 'part_exceeds_whole', '{{}}'
    FROM import_plan p JOIN import_rows r USING (row_id) WHERE {exceeds}
    """,
    """
    INSERT INTO import_found SELECT p.line, '', '', 'error', 'not_yours', '{{}}' FROM import_plan p
    WHERE %(areas)s::text[] IS NOT NULL AND coalesce(NOT p.path LIKE ANY (%(areas)s::text[]), true)
    """,
)


def resolve(job: Job) -> None:
    """Make `import_plan` for counts, and report what stands in the way."""
    declared = job.target.slug == "declarations"
    what = "indicator" if declared else "code"
    exceeds = "r.numerator > r.denominator" if job.has("numerator") and job.has("denominator") else "false"
    plain_name = SQL(PLAIN.format("concat_ws('/', i.code, nullif(i.part, ''))"))
    plain_cell = SQL(PLAIN.format(f"r.{what}"))
    parts: dict[str, Composable] = {
        "heading": _text(job.heading("unit")),
        "year_heading": _text(job.heading("year")),
        "what": Identifier(what),
        "what_heading": _text(job.heading(what)),
        "part_heading": _text(job.heading("numerator")),
        "exceeds": SQL(exceeds),
        "plain_code": SQL(PLAIN.format("i.code")),
        "plain_cell": plain_cell,
        "declared": SQL("true" if declared else "false"),
        "indicators": compose(INDICATORS, plain_name=plain_name, plain_cell=plain_cell) if declared else SQL(""),
        "indicator_id": SQL("i.id" if declared else "0"),
        "what_is": SQL("coalesce(p.indicator_id::text, r.indicator)" if declared else "r.code"),
        "same": SQL("t.indicator_id = i.id" if declared else "t.code = r.code"),
    }
    values = job.values | {"this_year": timezone.localdate().year}
    execute("DROP TABLE IF EXISTS import_plan, import_names")
    execute(NAMED, values)
    execute(PLAN, {}, table=job.target.model._meta.db_table, **parts)
    for statement in (DUPLICATES, *FOUND, ZERO_LOST if declared else RECOGNISED):
        execute(statement, values, **parts)
    reject()
    execute("DELETE FROM import_plan p USING import_rows r WHERE r.row_id = p.row_id AND r.bad")


def cells(job: Job) -> dict[str, Cell]:
    """Return what each column of a count becomes. An empty cell of the file says nothing."""
    found = {"unit_id": Cell("p.unit_id"), "source": Cell("%(source)s"), "as_of": Cell("%(as_of)s::date")}
    if job.target.slug == "declarations":
        found["indicator_id"] = Cell("p.indicator_id")
    for column in job.stage.columns:
        if column.name in ("unit", "indicator"):
            continue
        otherwise = {"source": "%(source)s", "as_of": "%(as_of)s::date", "evidence": "''"}.get(column.name, "NULL")
        found[column.name] = Cell(
            f"coalesce(r.{column.name}, {otherwise})", f"coalesce(r.{column.name}, t.{column.name})"
        )
    return found
