"""What a household file says of a year: rows of the yearly review, after the households themselves."""

from django.utils import timezone
from psycopg2.sql import SQL, Composable, Identifier

from layers.models import Review

from .context import Job, reject
from .feature_rows import _text
from .movements import derive_movements
from .statements import execute, fetch
from .upsert import Cell, Counts, Upsert

PLAN = """
CREATE TEMP TABLE import_reviews AS
    SELECT y.row_id, y.line, h.id AS household_id, coalesce(y.unit_id, h.unit_id) AS unit_id, y.year, t.id AS target_id,
           NULL::text AS action
    FROM import_years y JOIN import_rows r USING (row_id)
    LEFT JOIN layers_household h ON h.key = y.key AND y.key <> ''
    LEFT JOIN layers_review t ON t.household_id = h.id AND t.year = y.year
    WHERE NOT r.bad AND ({category} IS NOT NULL OR t.id IS NOT NULL)
"""
TO_COME = """
INSERT INTO import_found SELECT line, {heading}, year::text, 'error', 'year_to_come', '{{}}'
    FROM import_years WHERE year > %(this_year)s
"""
# As for other counts (`count_rows.RECOGNISED`).
RECOGNISED = """
INSERT INTO import_found SELECT NULL, '', '', 'warning', 'year_recognised',
    jsonb_build_object('unit', h.name, 'year', c.year, 'rows', count(*))
FROM import_years y JOIN layers_unit u ON u.id = y.unit_id
JOIN layers_cycle c ON c.unit_id IN (u.id, u.parent_id) AND c.year = y.year AND c.state = 'recognised'
JOIN layers_unit h ON h.id = c.unit_id
GROUP BY h.id, c.year ORDER BY h.name, c.year
"""


def asked(job: Job) -> bool:
    """Tell whether the file says anything of a year."""
    return any(job.has(column.name) for column in job.target.reviews if column.name != "year")


def _year(job: Job) -> Composable:
    # The date of the file stands for a column of years, not for a gap in one.
    return SQL("r.year" if job.has("year") else "extract(year FROM %(as_of)s::date)::int")


def split_years(job: Job) -> None:
    """Keep one planned row for each household, its latest; the years of all rows go to `import_years`."""
    execute("DROP TABLE IF EXISTS import_years, import_reviews")
    execute(
        "CREATE TEMP TABLE import_years AS SELECT p.*, {year} AS year "
        "FROM import_plan p JOIN import_rows r USING (row_id)",
        job.values, year=_year(job),
    )  # fmt: skip
    if asked(job):
        execute(
            "INSERT INTO import_found SELECT line, {heading}, '', 'error', 'year_missing', '{{}}' "
            "FROM import_years WHERE year IS NULL",
            heading=_text(job.heading("year")),
        )
        execute(TO_COME, {"this_year": timezone.localdate().year}, heading=_text(job.heading("year")))
        execute(RECOGNISED)
        reject()
        execute("DELETE FROM import_years y USING import_rows r WHERE r.row_id = y.row_id AND r.bad")
    execute(
        "DELETE FROM import_plan p WHERE NOT EXISTS (SELECT FROM (SELECT DISTINCT ON (key) row_id FROM import_years "
        "ORDER BY key, year DESC NULLS LAST, row_id DESC) y WHERE y.row_id = p.row_id)"
    )


def planned(job: Job) -> tuple[Upsert, Counts]:
    """Decide which reviews are new and which differ; households must be in the store if they are to be found."""
    execute("DROP TABLE IF EXISTS import_reviews")
    category = SQL("r.category" if job.has("category") else "NULL::text")
    execute(PLAN, job.values, category=category)
    found = {
        "household_id": Cell("p.household_id"),
        "unit_id": Cell("p.unit_id"),
        "year": Cell("p.year"),
        "source": Cell("%(source)s"),
        "as_of": Cell("%(as_of)s::date"),
    }
    for column in job.target.reviews:
        if column.name != "year" and job.has(column.name):
            staged, stored = Identifier("r", column.name), Identifier("t", column.name)
            found[column.name] = Cell(staged, SQL("coalesce({}, {})").format(staged, stored))
    upsert = Upsert(Review, "import_reviews", found, job.values)
    return upsert, upsert.decide()


def derive() -> None:
    """Work out anew how households moved, for the years of the file and those after."""
    years = fetch(
        "SELECT DISTINCT year FROM layers_review WHERE year >= (SELECT min(year) FROM import_reviews) ORDER BY 1"
    )
    for (year,) in years:
        derive_movements(year)
