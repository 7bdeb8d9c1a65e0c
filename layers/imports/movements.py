"""How each household's class moved from one year's review to the next."""

from django.db import connection

# A household that was poor before the year before has relapsed; one that never was is newly poor. The first
# review of a household has no movement. To leave poverty for near-poverty is to escape it
# (hộ thoát nghèo).
MOVEMENTS = """
UPDATE layers_review r SET movement = m.movement FROM (
    SELECT now.id, CASE
        WHEN past.id IS NULL THEN ''
        WHEN now.category = past.category THEN 'stayed'
        WHEN now.category = 'poor' THEN CASE WHEN earlier.poor THEN 'relapsed' ELSE 'newly_poor' END
        WHEN past.category = 'poor' THEN 'escaped'
        WHEN now.category = 'near_poor' THEN CASE WHEN earlier.near THEN 'relapsed_near' ELSE 'newly_near' END
        WHEN past.category = 'near_poor' THEN 'escaped_near'
        ELSE 'stayed' END AS movement
    FROM layers_review now
    LEFT JOIN layers_review past ON past.household_id = now.household_id AND past.year = now.year - 1
    LEFT JOIN LATERAL (
        SELECT bool_or(e.category = 'poor') AS poor, bool_or(e.category IN ('poor', 'near_poor')) AS near
        FROM layers_review e WHERE e.household_id = now.household_id AND e.year < now.year - 1
    ) earlier ON true
    WHERE now.year = %(year)s AND (%(households)s::bigint[] IS NULL OR now.household_id = ANY(%(households)s))
) m WHERE m.id = r.id AND r.movement IS DISTINCT FROM m.movement
"""


def derive_movements(year: int, households: list[int] | None = None) -> int:
    """Set the movement of a year's reviews (of these households, or all) from those before; return how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(MOVEMENTS, {"year": year, "households": households})
        return cursor.rowcount
