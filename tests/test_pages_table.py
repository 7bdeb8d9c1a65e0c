"""Tables show everything the map shows: rows to those who may see them, totals to everybody else."""

import re

import pytest
from django.contrib.gis.geos import LineString

from layers.access import Role
from layers.criteria.sets import load_all
from layers.models import LAYERS, CriteriaSet, Household, PersonalRead, Road, Standing, Unit

pytestmark = pytest.mark.django_db
YEAR = 2017


def road(unit: Unit, name: str = "", **more) -> Road:
    line = LineString((105.801, 22.101), (105.811, 22.101))
    return Road.objects.create(unit=unit, name=name, geom=line, **({"road_class": "village"} | more))


def households(unit: Unit, count: int, category: str = "poor") -> None:
    for number in range(count):
        made = Household.objects.create(unit=unit, name=f"Nguyễn Văn {number}", geom=unit.point)
        made.reviews.create(unit=unit, year=YEAR, category=category)


def table(client, slug: str, **query):
    response = client.get(f"/table/{slug}/", {"year": YEAR, **query})
    assert response.status_code == 200, response.content[:800]
    return response


def names(response) -> list[str]:
    return [row["name"] for row in response.context["rows"]]


def totals_of(response) -> dict[str, dict[str, float | None]]:
    lines = response.context["lines"]
    return {line["unit"].name: {total.name: total.value for total in line["totals"]} for line in lines}


@pytest.mark.parametrize("slug", list(LAYERS))
@pytest.mark.parametrize("role", [None, *Role])
def test_every_layer_has_a_table_for_every_role(city, browser, slug, role):
    households(city.west_hamlets[0], 6)
    road(city.west, "Đường thử")
    response = table(browser(role, city.west), slug)
    assert response["Cache-Control"] == "private, no-store"
    assert ("Nguyễn Văn" in response.content.decode()) is (
        slug == "households" and role in (Role.ADMINISTRATOR, Role.PLANNER, Role.FIELD)
    )


def test_a_table_takes_few_queries_however_long_it_is(city, browser, django_assert_max_num_queries):
    households(city.west_hamlets[0], 30)
    client = browser(Role.PLANNER, city.west)
    # Two of them count the hamlets without a household, once per state of the tables: a hidden count may be none.
    with django_assert_max_num_queries(22):
        table(client, "households", unit=city.west.pk)


def test_a_neighbour_sees_none_of_the_rows(city, browser):
    road(city.west, "Đường thử")
    assert table(browser(Role.PLANNER, city.east), "roads").context["count"] == 0


def test_rows_are_counted_summed_and_linked_to_the_map(city, browser):
    made = road(city.west, "Đường thử", surface="concrete")
    road(city.west, surface="earth")
    response = table(browser(Role.LEADER, city.west), "roads", unit=city.west.pk)
    assert response.context["count"] == 2
    totals = {str(title): value for title, value in response.context["totals"]}
    assert list(totals.values()) == ["2", "2,06 km", "1,03 km"]
    assert f"pick=roads%2F{made.pk}" in response.context["rows"][0]["map"]
    assert [title for title, _ in response.context["exports"]] == ["CSV", "Excel", "GeoJSON", "GeoPackage"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"surface": "earth"}, ["đất"]),
        ({"hardened": "false"}, ["đất"]),
        ({"hardened": "none"}, ["không rõ"]),
        ({"surface": "none"}, ["không rõ"]),
        ({"q": "be tong"}, ["bê tông"]),
        ({"q": "Bê Tông", "surface": "earth"}, []),
        ({"measure": "hardened_village_roads"}, ["không rõ", "đất"]),
        ({"sort": "name"}, ["bê tông", "đất", "không rõ"]),
        ({"sort": "-name"}, ["không rõ", "đất", "bê tông"]),
        ({"sort": "surface"}, ["bê tông", "đất", "không rõ"]),
    ],
)
def test_rows_are_narrowed_and_sorted(city, browser, query, found):
    road(city.west, "không rõ")
    road(city.west, "đất", surface="earth")
    road(city.west, "bê tông", surface="concrete")
    assert names(table(browser(Role.PLANNER, city.west), "roads", **query)) == found


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "geom"},
        {"sort": "unit__path"},
        {"surface": "gold"},
        {"measure": "x"},
        {"page": "-1"},
        {"unit": "abc"},
        {"year": "x"},
    ],
)
def test_nonsense_is_refused(city, browser, query):
    response = browser(Role.PLANNER, city.west).get(
        "/table/roads/", {"year": YEAR, **query}, headers={"accept": "text/html"}
    )
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()


@pytest.mark.parametrize("slug", list(LAYERS))
def test_every_column_can_be_sorted_by_both_ways(city, browser, slug):
    client = browser(Role.PLANNER, city.west)
    for field in LAYERS[slug].fields:
        for sign in ("", "-"):
            table(client, slug, sort=f"{sign}{field.name}")


def test_names_are_sorted_as_a_vietnamese_reader_expects(city, browser):
    for name in ("Tổ 10", "Tổ 2", "Áng", "Đồng", "Dương", "An", "Ẳm", "Ê"):
        road(city.west, name)
    found = names(table(browser(Role.PLANNER, city.west), "roads", sort="name"))
    assert found == ["An", "Áng", "Ẳm", "Dương", "Đồng", "Ê", "Tổ 2", "Tổ 10"]


def test_units_are_narrowed_by_how_they_stand_in_a_criterion(city, browser):
    load_all()
    of_year = CriteriaSet.objects.get(code="2016-2020")
    for unit, statuses in ((city.west, "mu?"), (city.east, "mm-")):
        Standing.objects.create(unit=unit, criteria_set=of_year, year=YEAR, statuses=statuses, differs="   ", met=1)
    client = browser()
    assert names(table(client, "communes", criterion=2, status="u")) == ["Dương Quang"]
    assert names(table(client, "communes", criterion=3, status="-")) == ["Nông Thượng"]
    assert (
        "đạt 1/3" in table(client, "communes").content.decode()
        or "1/3 met" in table(client, "communes").content.decode()
    )


def test_pages_are_bounded_and_joined(city, browser, settings):
    settings.LIMITS = settings.LIMITS | {"PAGE_ROWS": 2}
    for number in range(5):
        road(city.west, f"Đường {number}")
    client = browser(Role.PLANNER, city.west)
    first = table(client, "roads", sort="name")
    assert (names(first), first.context["pages"]) == (["Đường 0", "Đường 1"], 3)
    second = client.get(first.context["next"])
    assert names(second) == ["Đường 2", "Đường 3"]
    assert names(table(client, "roads", page=99)) == ["Đường 4"]


def test_a_guest_gets_totals_with_small_counts_hidden(city, browser):
    households(city.west_hamlets[0], 3)
    households(city.west_hamlets[1], 20, "average")
    households(city.east_hamlets[0], 30, "poor")
    response = table(browser(), "households", unit=city.west.pk)
    lines = {
        line["unit"].name: {total.name: total.value for total in line["totals"]} for line in response.context["lines"]
    }
    assert lines["Nà Ỏi"]["poor"] is None
    assert response.context["any_hidden"]
    exact = table(browser(Role.LEADER, city.west), "households", unit=city.west.pk)
    lines = {
        line["unit"].name: {total.name: total.value for total in line["totals"]} for line in exact.context["lines"]
    }
    assert (lines["Nà Ỏi"]["poor"], lines["Phặc Tràng"]["count"]) == (3, 20)


def test_reading_a_table_of_households_is_recorded_without_the_name_looked_for(city, browser):
    households(city.west_hamlets[0], 2)
    table(browser(Role.FIELD, city.west), "households", q="nguyen", unit=city.west.pk)
    [read] = PersonalRead.objects.all()
    assert (read.output, read.rows) == ("table", 2)
    assert "nguyen" not in read.what


def test_a_surface_laid_after_the_year_says_since_when(city, browser):
    road(city.west, surface="concrete", hardened_year=YEAR + 1)
    client = browser(Role.PLANNER, city.west)
    of_year, next_year = (table(client, "roads", year=year).content.decode() for year in (YEAR, YEAR + 1))
    laid_since = rf"Bê tông xi măng \(\w+ {YEAR + 1}\)"
    assert re.search(laid_since, of_year)
    assert "Bê tông xi măng" in next_year and not re.search(laid_since, next_year)
