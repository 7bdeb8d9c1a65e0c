"""What is counted makes a year computed: of the communes it speaks of, as far as a set covers it, unless recognised."""

import pytest
from django.utils import timezone

from layers.access import Role
from layers.criteria.assess import assess, reassess_below
from layers.imports.findings import message
from layers.imports.run import import_file
from layers.imports.touched import counted
from layers.imports.undo import undo
from layers.models import Assessment, Cycle, Standing, Statistic
from tests.small_set import small_set

pytestmark = pytest.mark.django_db
HEAD = "Xã,Năm,Nội dung thống kê,Tử số,Mẫu số"


@pytest.fixture
def store(tmp_path, city):
    small_set()

    def write(*lines, layer="statistics", head=HEAD):
        path = tmp_path / "so_lieu.csv"
        path.write_text("\n".join((head, *lines)))
        return import_file(layer, path, follow=reassess_below)

    return write


def years(unit):
    return sorted(Standing.objects.filter(unit=unit).values_list("year", flat=True))


def test_statistics_alone_make_a_year_computed_for_their_communes(store, city):
    run = store("01849,2018,insured,870,1000", "01849-01,2019,insured,9,10")
    assert counted(run) == [(2018, city.west.path), (2019, city.west.path)]
    assert (years(city.west), years(city.east)) == ([2018, 2019], [])
    row = Assessment.objects.get(unit=city.west, year=2018, indicator__measure="insured")
    assert (row.numerator, row.status) == (870, "m")


def test_reviews_alone_make_a_year_computed(store, city):
    run = store("H1,Ai đó,01849,2018,nghèo", layer="households", head="ma_ho,ho_ten,ma_xa,nam,phan_loai")
    assert run.state == "applied"
    assert (years(city.west), years(city.east)) == ([2018], [])


def test_figures_of_a_province_open_no_commune_and_a_year_without_a_set_opens_nothing(store, city):
    run = store("06,2018,insured,9,10", "01849,2031,insured,9,10")
    assert run.state == "refused"
    run = store("06,2018,insured,9,10", "01849,2015,insured,9,10")
    assert run.state == "applied"
    assert not Standing.objects.exists()


def test_a_recognised_year_is_kept_and_the_import_says_so(store, city):
    Statistic.objects.create(unit=city.west, year=2018, code="insured", numerator=870, denominator=1000, source="x")
    assess(2018, city.west.path)
    Cycle.objects.create(unit=city.west, year=2018, state="recognised")
    run = store("01849,2018,insured,10,1000", "01852,2018,insured,10,1000")
    assert run.state == "applied"
    told = run.findings.get()
    assert (told.code, told.severity) == ("year_recognised", "warning")
    assert "2018" in message(told) and "Dương Quang" in message(told)
    rows = Assessment.objects.filter(year=2018, indicator__measure="insured")
    assert rows.get(unit=city.west).status == "m" and rows.get(unit=city.east).status == "u"
    undo(run, follow=reassess_below)
    assert rows.get(unit=city.west).numerator == 870


def test_reviews_of_a_recognised_year_say_so_and_those_to_come_are_refused(store, city):
    head = "ma_ho,ho_ten,ma_xa,nam,phan_loai"
    Cycle.objects.create(unit=city.west, year=2018, state="recognised")
    run = store("H1,Ai đó,01849,2018,nghèo", layer="households", head=head)
    assert [one.code for one in run.findings.all()] == ["year_recognised"]
    run = store(f"H2,Ai đó,01849,{timezone.localdate().year + 1},nghèo", layer="households", head=head)
    assert (run.state, [one.code for one in run.findings.all()]) == ("refused", ["year_to_come"])


def test_a_statistic_typed_in_at_the_desk_makes_its_year_computed(
    store, city, browser, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    client = browser(Role.ADMINISTRATOR, city.province)
    member = city.province.members.get()
    member.user.is_staff = member.user.is_superuser = True
    member.user.save()
    typed = {"unit": city.west_hamlets[0].pk, "year": 2019, "code": "insured", "numerator": 9, "denominator": 10}
    with django_capture_on_commit_callbacks(execute=True):
        made = client.post("/admin/layers/statistic/add/", typed | {"source": "x"})
    assert made.status_code == 302, made.content.decode()[:3000]
    assert years(city.west) == [2019]
    assert client.post("/admin/layers/statistic/add/", typed | {"source": "x", "code": "zzz"}).status_code == 200
    assert Statistic.objects.count() == 1
