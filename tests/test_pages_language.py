"""Everything a page says, it says in Vietnamese; in English to those who ask for it."""

import pytest
from django.contrib.gis.geos import LineString
from django.utils import translation
from django.utils.translation import trans_real

from layers.access import Role
from layers.criteria.assess import assess
from layers.criteria.sets import load_all
from layers.models import LAYERS, Finding, Household, Indicator, Road

pytestmark = pytest.mark.django_db
YEAR = 2017


@pytest.fixture
def untranslated(monkeypatch) -> set[str]:
    """Collect what is asked of the catalogue in Vietnamese and is not in it."""
    missing: set[str] = set()
    catalogue = trans_real.translation("vi")._catalog

    def note(message: str, key: object) -> None:
        if message and translation.get_language() == "vi" and key not in catalogue:
            missing.add(message)

    def gettext(message):
        note(message, message)
        return trans_real.gettext(message)

    def ngettext(singular, plural, count):
        # Vietnamese has one form for all numbers.
        note(singular, (singular, 0))
        return trans_real.ngettext(singular, plural, count)

    assert translation.gettext("") == ""  # so that what is replaced below has been looked up
    translation.ngettext("", "", 1)
    monkeypatch.setattr(translation._trans, "gettext", gettext)
    monkeypatch.setattr(translation._trans, "ngettext", ngettext)
    return missing


@pytest.fixture
def lived_in(city):
    load_all()
    Road.objects.create(
        unit=city.west_hamlets[0],
        road_class="village",
        surface="earth",
        geom=LineString((105.801, 22.101), (105.81, 22.101)),
    )
    for number in range(3):
        made = Household.objects.create(unit=city.west_hamlets[0], name=f"Hộ {number}", geom=city.west_hamlets[0].point)
        made.reviews.create(unit=made.unit, year=YEAR, category="poor", hygienic_water=True)
    assess(YEAR)
    return city


@pytest.mark.parametrize("role", [None, Role.PLANNER, Role.LEADER])
def test_every_page_speaks_vietnamese(lived_in, browser, untranslated, role):
    client, west = browser(role, lived_in.west), lived_in.west.pk
    insured = Indicator.objects.get(code="15.1", criterion__criteria_set__code="2016-2020").pk
    finding = Finding.objects.create(unit=lived_in.west, name="Rác", found_on="2017-05-01", geom=lived_in.west.point).pk
    addresses = [
        "/", "/help/", "/reports/", "/accounts/login/", "/accounts/password/", "/nowhere/", "/units/0.json",
        f"/layers.json?year={YEAR}",
        *(f"/table/{slug}/?unit={west}&year={YEAR}" for slug in LAYERS),
        f"/table/roads/?year={YEAR}&surface=earth&q=duong&measure=hardened_village_roads",
        f"/table/communes/?year={YEAR}&criterion=2&status=u",
        f"/table/roads/?year={YEAR}&sort=nonsense",
        f"/units/{west}.json?year={YEAR}",
        *(f"/units/{west}/criteria/{number}.json?year={YEAR}" for number in (2, 5, 17, 99)),
        f"/features/hamlets/{lived_in.west_hamlets[0].pk}.json?year={YEAR}",
        f"/features/roads/{Road.objects.get().pk}.json?year={YEAR}",
        f"/search.json?year={YEAR}&q=duong",
        *(f"/board/?year={YEAR}&unit={unit.pk}" for unit in (lived_in.province, lived_in.city, lived_in.west)),
        f"/board/?year={YEAR + 1}",
        f"/board/all/?year={YEAR}", "/alerts/", f"/heat.json?year={YEAR}&what=poor&bbox=105,22,106,23",
        f"/board/cheapest/?year={YEAR}&unit={west}&criterion=2", f"/board/?year={YEAR}&unit={west}&since=week",
        f"/programme/?year={YEAR}", f"/programme/{west}/{YEAR}/", f"/programme/{west}/roadmap/?year={YEAR}",
        f"/programme/{west}/roadmap/2/?year={YEAR}", f"/programme/{west}/{YEAR}/declare/{insured}/",
        "/inspections/?state=all", "/inspections/new/", f"/inspections/new/?unit={west}&year={YEAR}",
        f"/inspections/{finding}/", f"/inspections/{finding}/change/",
        "/criteria/", "/criteria/2016-2020/", "/criteria/2026-2030/", f"/criteria/indicators/{insured}/",
        "/criteria/new/", "/criteria/2016-2020/sheet/", "/criteria/2016-2020/indicator/",
    ]  # fmt: skip
    for address in addresses:
        client.get(address, headers={"accept": "text/html"})
    assert not untranslated


def test_the_language_can_be_chosen_and_is_remembered(client, db):
    assert '<html lang="vi">' in client.get("/help/").content.decode()
    assert client.post("/i18n/setlang/", {"language": "en", "next": "/help/"}).status_code == 302
    page = client.get("/help/").content.decode()
    assert '<html lang="en">' in page
    assert "Reading the map" in page
