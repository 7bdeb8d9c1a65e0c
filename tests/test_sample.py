"""The sample is believable, the same each time, and its rows give the pilot's result."""

import hashlib
from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
import rasterio
import shapely
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Q
from django.test import override_settings
from django.utils.translation import override
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layers.access import Role
from layers.criteria.assess import assess
from layers.geo import area_m2
from layers.models import (
    Cycle,
    Declaration,
    Facility,
    Finding,
    Household,
    Milestone,
    Review,
    Road,
    Standing,
    Statistic,
    Step,
    Succession,
    Terrain,
    Unit,
    viewer_of,
)
from layers.programme.roadmap import tracks
from layers.sample.accounts import ACCOUNTS, make_accounts
from layers.sample.facts import facts
from layers.sample.grid import to_metres
from layers.sample.make import make_sample
from layers.sample.people import apportion
from layers.sample.reviews import movements
from layers.sample.scale import lattice

#: Everything the rows say about the world; numbers given by the database and times of storing are no part of it.
CONTENT = {
    "units": "code, kind, name, valid_from, valid_to, boundary, geom, point FROM layers_unit",
    "roads": "uid, name, road_class, surface, hardened_year, wet_access, muddy, geom FROM layers_road",
    "facilities": "uid, name, kind, level, standard, standard_year, geom FROM layers_facility",
    "waste sites": "uid, name, kind, households_served, geom FROM layers_wastesite",
    "households": "uid, key, name, members, accuracy_m, geom FROM layers_household",
    "reviews": "h.uid, year, category, movement, hygienic_water, clean_water, sanitary, livestock, hygienic_pen, "
    "waste_collected FROM layers_review r JOIN layers_household h ON h.id = r.household_id",
    "findings": "name, kind, found_on, due_on, closed_on, geom FROM layers_finding",
    "steps": "action, before, after, at, note, met, snapshot FROM layers_step",
    "roadmap": "unit_id - (SELECT min(id) FROM layers_unit) AS unit, target_year, works FROM layers_milestone",
    "terrain": "sha256 FROM layers_terrain",
    "standings": "u.code, year, statuses, differs FROM layers_standing s JOIN layers_unit u ON u.id = s.unit_id",
}


def content() -> dict[str, str]:
    """Return a hash of what each table says."""
    hashes = {}
    with connection.cursor() as cursor:
        for table, columns in CONTENT.items():
            cursor.execute(f"SELECT r::text FROM (SELECT {columns}) r ORDER BY 1")
            hashes[table] = hashlib.sha256("\n".join(row[0] for row in cursor).encode()).hexdigest()
    return hashes


@pytest.fixture(scope="class")
def sample(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[list[tuple[str, str, str]]]:
    """The city, made once for a class of tests and taken back after them."""
    media = str(tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), override_settings(DEBUG=True, MEDIA_ROOT=media), transaction.atomic():
        yield make_sample("city", seed=1, force=False, say=lambda text: None)
        transaction.set_rollback(True)


def standing(code: str, year: int) -> Standing:
    return Standing.objects.get(unit__code=code, unit__valid_from=date(2015, 3, 11), year=year)


def numbers(statuses: str, status: str) -> list[int]:
    return [number for number, one in enumerate(statuses, 1) if one == status]


def figures(client, pk: int, year: int) -> dict[str, float | None]:
    """Return what a guest is told of a unit's households, as in its panel."""
    return {one["name"]: one["value"] for one in client.get(f"/units/{pk}.json", {"year": year}).json()["counts"]}


def hexagons(client, year: int) -> list[dict]:
    asked = {"what": "poor", "year": year, "bbox": "105.75,22.05,105.92,22.22"}
    return [one["properties"] for one in client.get("/heat.json", asked).json()["features"]]


@pytest.mark.django_db
class TestCity:
    @pytest.fixture(autouse=True)
    def _city(self, sample):
        self.accounts = sample

    @pytest.mark.parametrize(
        ("code", "year", "met", "unmet"),
        [
            ("01852", 2016, 15, [2, 5, 6, 17]),
            ("01852", 2017, 16, [5, 6, 17]),
            ("01852", 2018, 19, []),
            ("01849", 2016, 13, [2, 5, 6, 15, 16, 17]),
            ("01849", 2017, 13, [2, 5, 6, 15, 16, 17]),
            ("01849", 2018, 14, [2, 5, 6, 16, 17]),
        ],
    )
    def test_the_rows_give_the_pilots_result(self, code, year, met, unmet):
        result = standing(code, year)
        assert (result.met, numbers(result.statuses, "u"), numbers(result.statuses, "?")) == (met, unmet, [])

    @pytest.mark.parametrize("year", [2017, 2018])
    def test_no_small_count_of_a_hamlet_can_be_worked_out_from_the_map_and_the_board(self, client, year):
        """Held against a guest's totals of communes, each hidden hamlet may have none, and may have five or more."""
        for commune in Unit.objects.filter(code__in=("01852", "01849"), kind="commune", valid_from=date(2015, 3, 11)):
            hamlets = Unit.objects.filter(kind="hamlet", parent=commune).at_end_of(year)
            told = {pk: figures(client, pk, year) for pk in hamlets.values_list("pk", flat=True)}
            whole = figures(client, commune.pk, year)
            # Columns: poor and near-poor households of each hamlet; those of every kind are at least as many.
            names = ("poor", "near_poor", "count")
            size = len(told) * len(names)
            rows, sums = [], []
            for kind, name in enumerate(names):
                if whole[name] is not None:
                    rows.append([place % len(names) == kind for place in range(size)])
                    sums.append(whole[name])
                for place, one in enumerate(told.values()):
                    if one[name] is not None:
                        rows.append([each == place * len(names) + kind for each in range(size)])
                        sums.append(one[name])
            parts = np.kron(np.eye(len(told)), np.array([[1, 1, -1]]))
            hidden = [n * 3 for n, one in enumerate(told.values()) if one["poor"] is None]
            assert len(hidden) > 1
            for place in hidden:
                ends = [
                    abs(linprog(sign * np.eye(size)[place], A_ub=parts, b_ub=np.zeros(len(told)),
                                A_eq=np.array(rows, dtype=float), b_eq=sums, bounds=(0, None)).fun)
                    for sign in (1, -1)
                ]  # fmt: skip
                assert ends[0] == 0 and ends[1] >= 5, (commune.name, place)
            shown = hexagons(client, year)
            for one in shown:
                units = [unit["id"] for unit in one["units"] if unit["id"] in told]
                if not one["more"] and len(units) == len(one["units"]):
                    assert one["value"] == sum(told[pk]["poor"] or 0 for pk in units)
                    assert one["partly"] is any(told[pk]["poor"] is None for pk in units)
            named = {unit["id"] for one in shown for unit in one["units"]}
            assert {pk for pk, one in told.items() if one["poor"] is None} <= named

    def test_the_result_follows_the_rows(self):
        # What was recognised stays as it was.
        Cycle.objects.filter(state="recognised").update(state="appraised")
        Facility.objects.filter(unit__code__startswith="01852", kind="school").update(standard=True, standard_year=2010)
        Road.objects.filter(unit__code__startswith="01849", road_class="village").update(
            surface="concrete", hardened_year=2010
        )
        Road.objects.filter(unit__code__startswith="01849", road_class="lane").update(muddy=False)
        Review.objects.filter(unit__code__startswith="01852").update(hygienic_pen=True, waste_collected=True)
        assess(2017)
        assert numbers(standing("01852", 2017).statuses, "u") == [6]
        assert numbers(standing("01849", 2017).statuses, "u") == [5, 6, 15, 16, 17]

    def test_the_years_stand_at_their_steps_and_nong_thuong_is_recognised_on_the_day_published(self):
        states = {(c.unit.code, c.year): c.state for c in Cycle.objects.select_related("unit")}
        assert states == {
            ("01852", 2016): "appraised", ("01852", 2017): "recognised",
            ("01849", 2016): "appraised", ("01849", 2017): "appraised", ("01849", 2018): "submitted",
        }  # fmt: skip
        step = Step.objects.get(action="recognise")
        assert (step.decision_on, step.met, step.decision_number) == (date(2017, 12, 29), 16, "")
        assert not Step.objects.exclude(user=None).exists()
        assert step.snapshot["11"]["threshold"] == 12

    def test_what_duong_quang_gained_in_2018_is_on_its_roadmap_and_was_found_wanting_before(self):
        """Criterion 15: met in 2018 as published (14 of 19), by the station that an inspection had asked for."""
        gained = [n for n in range(1, 20) if standing("01849", 2017).statuses[n - 1] == "u"
                  and standing("01849", 2018).statuses[n - 1] == "m"]  # fmt: skip
        assert gained == [15]
        goals = Milestone.objects.filter(unit__code="01849").select_related("unit", "criterion", "indicator")
        paces = {track.milestone.criterion.number: track.pace for track in tracks(goals, 2018)}
        assert paces[15] == "met" and set(paces) == {2, 5, 6, 15, 16, 17}
        finding = Finding.objects.get(indicator__code="15.2")
        assert finding.closed_on.year == 2018 and finding.unit.parent.code == "01849"

    def test_findings_lie_in_the_hamlets_that_they_name(self):
        assert Finding.objects.count() == 6
        for finding in Finding.objects.select_related("unit"):
            assert finding.unit.geom.covers(finding.geom), finding

    def test_what_is_declared_differs_from_what_is_computed_in_one_place_each(self):
        assert [standing(code, 2017).differs.find("≠") + 1 for code in ("01849", "01852")] == [2, 17]

    def test_a_declaration_names_a_source_of_its_own_indicator(self):
        sources = {
            (row.unit.code, row.year, f"{row.indicator.code} {row.indicator.part}".strip()): row.source
            for row in Declaration.objects.select_related("unit", "indicator")
        }
        assert sources["01849", 2017, "2.1"] == "Dữ liệu mẫu: báo cáo tự đánh giá của xã, 2017"
        assert sources["01852", 2018, "10"] == "Dữ liệu mẫu: báo cáo tự đánh giá của xã, 2018"
        about_17 = {number for (_, _, number), source in sources.items() if "tiêu chí 17" in source}
        assert about_17 and all(number.startswith("17.") for number in about_17)
        assert "thẩm định" in sources["01852", 2017, "11"]

    def test_hamlets_are_met_unmet_and_unknown(self):
        statuses = Standing.objects.filter(year=2017, unit__kind="hamlet").values_list("statuses", flat=True)
        assert len(statuses) == 24
        for number in (2, 17):
            assert {status[number - 1] for status in statuses} == {"m", "u", "?"}

    @pytest.mark.parametrize(
        ("year", "households", "poor", "near_poor", "rate"),
        [(2014, 10750, 261, 309, 2.43), (2016, 11111, 320, 286, 2.88), (2017, 11292, 300, 265, 2.66),
         (2018, 11473, 257, 236, 2.24)],
    )  # fmt: skip
    def test_the_citys_poor_are_as_published(self, year, households, poor, near_poor, rate):
        counted = Review.objects.filter(year=year).aggregate(
            all=Count("pk"), poor=Count("pk", Q(category="poor")), near_poor=Count("pk", Q(category="near_poor"))
        )
        assert counted == {"all": households, "poor": poor, "near_poor": near_poor}
        assert round(100 * poor / households, 2) == rate

    def test_the_poor_of_the_communes_are_as_published(self):
        def count(code: str, year: int, **more: str) -> int:
            return Review.objects.filter(unit__code__startswith=code, year=year, **more).count()

        assert count("01849", 2016) == 824
        assert count("01849", 2016, category="poor") == 28
        assert count("01849", 2016, category="near_poor") == 32
        assert round(100 * count("01852", 2017, category="poor") / count("01852", 2017), 2) == 3.66

    def test_movements_follow_from_the_classes(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT n.movement, p.category, n.category, count(*) FROM layers_review n LEFT JOIN layers_review p "
                "ON p.household_id = n.household_id AND p.year = n.year - 1 GROUP BY 1, 2, 3"
            )
            found = {(move, before, now) for move, before, now, _ in cursor.fetchall()}
        for move, before, now in found:
            assert (move == "") == (before is None)
            assert (move in ("newly_poor", "relapsed")) == (now == "poor" and before not in ("poor", None))
            assert (move == "escaped") == (before == "poor" and now != "poor")

    def test_units_have_their_codes_sizes_and_hamlets(self):
        for row in facts("units")["communes"]:
            unit = Unit.objects.at_end_of(2017).get(code=row["code"])
            area = sum(area_m2(shapely.from_wkb(bytes(part.wkb))) for part in unit.geom) / 1e6
            assert area == pytest.approx(row["area_km2"], rel=0.04)
            assert unit.rural is (row["code"] in ("01849", "01852"))
            assert unit.geom.contains(unit.point)
        hamlets = Unit.objects.filter(kind="hamlet", parent__code="01849").values_list("name", flat=True)
        assert set(hamlets) == {"Bản Giềng", "Quan Nưa", "Nà Rào", "Bản Bung", "Nà Dì", "Nà Ỏi", "Nà Cưởm", "Bản Pẻn",
                                "Phặc Tràng"}  # fmt: skip
        counts = dict(Unit.objects.filter(kind="hamlet").values_list("parent__code").annotate(Count("pk")))
        assert (counts["01852"], counts["01837"], counts["01846"]) == (15, 19, 18)
        assert Unit.objects.filter(kind="hamlet", boundary="surveyed").count() == 4

    def test_outlines_share_their_lines_exactly(self):
        def shapes(kind: str) -> list[shapely.Geometry]:
            units = Unit.objects.at_end_of(2017).filter(kind=kind)
            return [shapely.from_wkb(bytes(unit.geom.wkb)) for unit in units]

        hamlets, communes = shapes("hamlet"), shapes("commune")
        (city,) = shapes("district")
        assert shapely.coverage_is_valid(hamlets)
        assert shapely.coverage_is_valid(communes)
        assert shapely.union_all(hamlets).symmetric_difference(city).area < 1e-12
        assert max(shape.area / shapely.envelope(shape).area for shape in hamlets) < 0.95

    def test_the_reform_of_2025_gives_codes_to_others(self):
        after = Unit.objects.at_end_of(2025).filter(kind="commune")
        assert {unit.code: unit.name for unit in after} == {
            "01843": "Bắc Kạn", "01840": "Đức Xuân", "01849": "Phong Quang"
        }  # fmt: skip
        origins = Succession.objects.filter(successor__code="01843").values_list("predecessor__code", flat=True)
        assert set(origins) == {"01837", "01843", "01852", "01855"}
        assert not Unit.objects.at_end_of(2025).filter(code__in=("06", "058")).exists()

    def test_the_terrain_has_its_peaks_and_its_river(self):
        terrain = Terrain.objects.get()
        with rasterio.open(terrain.file.path) as raster:
            height = raster.read(1)
            assert raster.crs.to_epsg() == terrain.epsg == 9213
            assert raster.res == (terrain.resolution_m, terrain.resolution_m)
            tops = {}
            for peak in facts("terrain")["peaks"]:
                row, column = raster.index(*to_metres(peak["point"])[0])
                tops[peak["name"]] = height[row - 13 : row + 14, column - 13 : column + 14].max()
        assert tops == {"Khau Nang": pytest.approx(662, abs=6), "Pù Mô": pytest.approx(521, abs=6)}
        assert 110 < height.min() < 160

    def test_roads_join_up_but_for_the_near_misses(self):
        lines = [shapely.from_wkb(bytes(geom.wkb)) for geom in Road.objects.values_list("geom", flat=True)]
        ends = np.array([(line.coords[0], line.coords[-1]) for line in lines]).reshape(-1, 2)
        _, nodes = np.unique(ends, axis=0, return_inverse=True)
        pairs = nodes.reshape(-1, 2).T
        size = nodes.max() + 1
        parts, _ = connected_components(coo_array((np.ones(len(lines)), pairs), shape=(size, size)), directed=False)
        assert parts <= 1 + facts("roads")["defects"]["near_misses"]

    def test_rows_lie_in_the_hamlet_that_they_name(self):
        with connection.cursor() as cursor:
            for table, share in (("household", 1.0), ("facility", 1.0), ("wastesite", 1.0), ("road", 0.99)):
                place = "ST_LineInterpolatePoint(r.geom, 0.5)" if table == "road" else "r.geom"
                cursor.execute(
                    f"SELECT avg(ST_Covers(u.geom, {place})::int) FROM layers_{table} r "
                    "JOIN layers_unit u ON u.id = r.unit_id WHERE r.geom IS NOT NULL AND u.kind = 'hamlet'"
                )
                assert cursor.fetchone()[0] >= share

    def test_defects_are_few_and_of_the_kind_found_in_inventories(self):
        missing = Household.objects.filter(geom=None).count() / Household.objects.count()
        assert 0.02 < missing < 0.04
        assert Household.objects.filter(geom=None).exclude(accuracy_m=None).count() == 0
        assert Road.objects.filter(name__endswith=" ").count() == facts("roads")["defects"]["stray_spaces"]
        assert Road.objects.filter(surface="").exclude(road_class="village").exists()

    def test_a_second_run_changes_nothing(self, capsys):
        before = content()
        with override("en"):
            call_command("make_sample", skip_checks=True)
        assert content() == before
        assert "nothing to do" in capsys.readouterr().out

    def test_the_same_seed_makes_the_same_rows(self):
        before = content()
        make_sample("city", seed=1, force=True, say=lambda text: None)
        assert content() == before

    def test_a_store_with_other_units_is_never_replaced(self):
        Unit.objects.create(code="99", kind="province", name="?", valid_from=date(2020, 1, 1), source="survey")
        with override("en"), pytest.raises(CommandError, match="nothing is replaced"):
            call_command("make_sample", force=True, skip_checks=True)
        assert Unit.objects.filter(code="01852").exists()

    def test_every_role_can_be_tried(self):
        assert {role for _, role, _ in self.accounts} == {str(role) for role in Role}
        for name, _, password in self.accounts:
            user = User.objects.get(username=name)
            assert Argon2PasswordHasher().verify(password, user.password)
            assert viewer_of(user).areas
        # The province's own files name the province; its administrator imports them.
        province = Unit.objects.at_end_of(2017).get(code="06")
        assert viewer_of(User.objects.get(username="quantri")).covers(province.path)
        assert viewer_of(User.objects.get(username="thucdia")).areas == (
            Unit.objects.at_end_of(2017).get(code="01849").path,
        )

    def test_nobody_can_sign_in_to_a_server(self):
        User.objects.all().delete()
        with override_settings(DEBUG=False):
            assert make_accounts() == []
        assert not User.objects.exists()


@pytest.mark.django_db
class TestProvince:
    def test_it_has_as_many_rows_as_asked_for(self):
        make_sample("province", seed=1, force=False, say=lambda text: None)
        kinds = dict(Unit.objects.values_list("kind").annotate(Count("pk")))
        assert kinds == {"province": 1, "district": 8, "commune": 120, "hamlet": 1100}
        assert (Road.objects.count(), Household.objects.count(), Review.objects.count()) == (22000, 11000, 11000)
        assert Facility.objects.filter(kind="school").count() == 360
        assert Statistic.objects.exists()
        hamlets = [shapely.from_wkb(bytes(geom.wkb)) for geom in
                   Unit.objects.filter(kind="hamlet").exclude(geom=None).values_list("geom", flat=True)]  # fmt: skip
        assert len(hamlets) == 9 * 120
        assert shapely.coverage_is_valid(hamlets)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname IN ('road_name_trgm', 'road_by_unit')")
            assert cursor.fetchone()[0] == 2
        assert assess(2017).standings > 120

    def test_it_makes_no_users(self):
        assert make_sample("province", seed=2, force=False, say=lambda text: None) == []
        assert not User.objects.filter(username__in=[name for name, _, _ in ACCOUNTS]).exists()


def test_a_whole_number_is_divided_without_loss():
    assert apportion(10, np.array([1, 1, 1])) == [4, 3, 3]
    assert apportion(7, np.array([0.5, 3, 0.5])) == [1, 5, 1]


def test_a_household_that_was_poor_before_relapses():
    classes = np.array([["poor"], ["near_poor"], ["poor"], ["average"], ["near_poor"]])
    assert movements(classes).ravel().tolist() == ["", "escaped", "relapsed", "escaped", "relapsed_near"]


def test_a_lattice_has_exactly_as_many_cells_as_asked_for():
    side, columns, rows = lattice([[10.0, 11.0, 105.0, 106.0], [11.0, 12.0, 105.5, 107.0]], 120)
    assert len({*zip(columns, rows, strict=True)}) == 120
    assert 0.1 < side < 0.16
