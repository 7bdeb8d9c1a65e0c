"""Measures on the map: roads by class, schools, stations, markets, culture houses by hamlet."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models.facilities import FacilityKind, SchoolLevel
from layers.models.layer import Text
from layers.models.roads import RoadClass, Structure, WetAccess

from .measure import Measure


def _road(slug: str, title: Text, whole: Text, road_class: RoadClass, good: Q, unknown: Q) -> Measure:
    """Return a measure of the length of the roads of a class. A ferry's way over water is no road that could be
    hardened: it counts neither as good nor as lacking."""
    return Measure(
        slug, title, whole, "roads", "roads", Q(road_class=road_class) & ~Q(structure=Structure.FERRY), good, unknown,
        weight="length_m", unit=_("km"), scale=0.001, things=False,
    )  # fmt: skip


_SCHOOL = Q(
    kind=FacilityKind.SCHOOL, level__in=[SchoolLevel.KINDERGARTEN, SchoolLevel.PRIMARY, SchoolLevel.LOWER_SECONDARY]
)


def _schools(slug: str, title: Text, unknown: Q) -> Measure:
    return Measure(
        slug, title, _("schools"), "facilities", "facilities", _SCHOOL, Q(up_to_standard=True), unknown,
        unit=_("schools"), empty_hamlet="-",
    )  # fmt: skip


def _one_of(slug: str, title: Text, kind: FacilityKind) -> Measure:
    """Return a measure that asks for one facility up to the standard.

    Where none is on record it tells nothing: a commune whose plan has no market needs none.
    """
    return Measure(
        slug, title, "", "facilities", "facilities", Q(kind=kind), Q(up_to_standard=True), Q(up_to_standard=None),
        factor=None, unit=_("facilities"), hamlets=False,
    )  # fmt: skip


PLACES = (
    _road(
        "paved_commune_roads",
        _("commune roads asphalted or concreted"),
        _("commune roads"),
        RoadClass.COMMUNE,
        Q(paved=True),
        Q(paved=None),
    ),
    _road(
        "hardened_village_roads",
        _("village roads hardened"),
        _("village roads"),
        RoadClass.VILLAGE,
        Q(hardened=True),
        Q(hardened=None),
    ),
    _road(
        "dry_lanes",
        _("lanes not muddy in the rainy season"),
        _("lanes"),
        RoadClass.LANE,
        Q(muddy=False),
        Q(muddy=None),
    ),
    _road(
        "passable_field_roads",
        _("field roads passable all year"),
        _("field roads"),
        RoadClass.FIELD,
        Q(wet_access=WetAccess.CAR),
        Q(wet_access=""),
    ),
    _schools("schools_to_standard", _("schools up to the national standard"), Q(up_to_standard=None)),
    # Since 2021 buildings are asked for, not the standard as a whole: a school that has it has them, one
    # that lacks it may have them or not.
    _schools(
        "schools_minimum",
        _("schools with the least buildings and equipment"),
        Q(up_to_standard=None) | Q(up_to_standard=False),
    ),
    _schools(
        "schools_level1",
        _("schools with buildings and equipment of level 1"),
        Q(up_to_standard=None) | Q(up_to_standard=False),
    ),
    Measure(
        "hamlets_with_culture_house",
        _("hamlets with a culture house"),
        _("hamlets"),
        "hamlets",
        "hamlets",
        Q(),
        Q(has_house=True),
        Q(has_house=False, houses_known=False),
        unit=_("hamlets"),
    ),
    _one_of("market_to_standard", _("markets up to the standard"), FacilityKind.MARKET),
    _one_of(
        "health_station_to_standard", _("health stations up to the national standard"), FacilityKind.HEALTH_STATION
    ),
)
