"""The sample city, whole: everything is made in memory first, then stored in one transaction."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import CriteriaSet, Facility, Household, Review, Road, Unit, WasteSite, Watercourse
from layers.planning.waste.rules import load_rules

from .cycle import store_cycle
from .facilities import facility_rows, waste_rows
from .facts import chance, facts
from .people import Row, households_by_hamlet, make_homes
from .programme import store_declarations, store_statistics
from .reviews import review_rows
from .roads import road_rows
from .settlement import make_land, make_roads
from .store import copy_in, reserve
from .terrain import store_terrain
from .units import store_units
from .water import water_rows

Say = Callable[[str], None]


@transaction.atomic
def make_city(seed: int, say: Say) -> dict[str, Unit]:
    """Make Bắc Kạn city as of 2014 to 2018 and assess it. Returns the units of then by code."""
    land = make_land(seed)
    counts = households_by_hamlet(land, seed)
    segments = make_roads(land, counts, seed)
    laid_out = {"hamlets": len(land.hamlets), "segments": len(segments)}
    say(_("%(hamlets)s hamlets and %(segments)s road segments laid out") % laid_out)

    units = store_units(land, seed)
    store_terrain(land.terrain)
    copy_in(Road, _features(road_rows(land, segments, seed), units, seed, "roads"))
    copy_in(Facility, _features(facility_rows(land, seed), units, seed, "facilities"))
    copy_in(WasteSite, _features(waste_rows(land, counts, seed), units, seed, "waste sites"))
    copy_in(Watercourse, _features(water_rows(land), units, seed, "water"))
    for homes in make_homes(land, segments, counts, seed):
        ids = reserve(Household, len(homes.rows))
        rows = [{"id": pk} | row for pk, row in zip(ids, homes.rows, strict=True)]
        copy_in(Household, _features(rows, units, seed, f"households {homes.commune}"))
        copy_in(Review, _reviews(review_rows(homes, seed), ids, units))
    store_statistics(units)
    say(_("Rows stored; assessing"))

    if not CriteriaSet.objects.exists():
        load_all()
    load_rules()
    store_declarations(units)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for year in facts("people")["years"]:
        if CriteriaSet.objects.filter(first_year__lte=year, last_year__gte=year).exists():
            assess(year)
    store_cycle(units)
    return units


def _features(rows: Iterable[Row], units: dict[str, Unit], seed: int, about: str) -> Iterator[Row]:
    """Give rows what every feature has: an identifier of their own, their unit's number, and when they were made."""
    random, now = chance(seed, "identifiers", about), datetime.now(UTC)
    for row in rows:
        uid = uuid.UUID(bytes=random.bytes(16), version=4)
        yield {"uid": uid, "key": ""} | row | {"unit": units[row["unit"]].pk, "updated_at": now}


def _reviews(rows: Iterable[Row], ids: list[int], units: dict[str, Unit]) -> Iterator[Row]:
    for row in rows:
        yield row | {"household": ids[row["household"]], "unit": units[row["unit"]].pk}
