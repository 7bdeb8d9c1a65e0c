"""What changed in a viewer's area between two moments: results, imports, findings, self-assessments, plans.

Each kind of change has a moment of its own, and a moment lies in exactly one of two times that follow each
other: so nothing is told twice, and nothing is left out.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from layers.access import Audience, Viewer
from layers.criteria.results import in_language
from layers.imports.targets import targets
from layers.models import Criterion, Finding, ImportRun, Plan, Status, Step, Turn, Unit
from layers.models.layer import Text
from layers.models.runs import RunState
from layers.models.units import Kind
from layers.programme.cycle import TRANSITIONS

from .change import Change
from .standards import changed_standards


def changes(viewer: Viewer, since: datetime, until: datetime) -> list[Change]:
    """Return what changed in [since, until) in the areas of a viewer, the latest first; nothing for guests."""
    if not viewer.may_see(Audience.AREA):
        return []
    found = [change for source in SOURCES for change in source(viewer, since, until)]
    return sorted(found, key=lambda change: change.at, reverse=True)


def _turned(viewer: Viewer, since: datetime, until: datetime) -> Iterable[Change]:
    """Criteria of communes that stand otherwise at the end of the time than at its beginning."""
    turns = (
        Turn.objects.filter(viewer.within("unit__path"), unit__kind="commune", at__gte=since, at__lt=until)
        .select_related("unit")
        .defer("unit__geom")
        .order_by("at", "pk")
    )
    spans: dict[tuple[int, int, int], tuple[Turn, Turn]] = {}
    for turn in turns:
        key = (turn.unit_id, turn.year, turn.criteria_set_id)
        spans[key] = (spans.get(key, (turn, turn))[0], turn)
    names = _names({first.criteria_set_id for first, _last in spans.values()})
    for first, last in spans.values():
        for place, (before, after) in enumerate(zip(first.before, last.after, strict=False), 1):
            if before != after:
                yield _turn(last, place, before, after, names)


def _names(sets: set[int]) -> dict[tuple[int, int], str]:
    criteria = Criterion.objects.filter(criteria_set__in=sets) if sets else ()
    return {(row.criteria_set_id, row.number): in_language(row) for row in criteria}


def _turn(turn: Turn, place: int, before: str, after: str, names: dict[tuple[int, int], str]) -> Change:
    words = {
        "number": place,
        "name": names.get((turn.criteria_set_id, place), ""),
        "year": turn.year,
        "before": Status(before).label,
        "after": Status(after).label,
    }
    said = _("criterion %(number)s %(name)s of %(year)s: %(before)s → %(after)s") % words
    query = (("unit", turn.unit_id), ("year", turn.year))
    return Change("turned", turn.at, turn.unit.name, said, said, "board", query=query)


def _imported(viewer: Viewer, since: datetime, until: datetime) -> Iterable[Change]:
    """Files that were stored, of those who cover all that the file was compared with."""
    runs = ImportRun.objects.filter(state=RunState.APPLIED, finished_at__gte=since, finished_at__lt=until)
    for run in runs.defer("preview"):
        if run.finished_at is None or not all(viewer.covers(area) for area in run.areas):
            continue
        rows = run.summary.get("created", 0) + run.summary.get("updated", 0)
        known = targets().get(run.layer)
        title = str(known.title) if known else run.layer
        said = _("%(rows)s rows imported: %(layer)s") % {"rows": rows, "layer": title}
        leads = ("import_run", (run.pk,)) if viewer.may_edit else ("board", ())
        yield Change("imported", run.finished_at, "", f"{said} ({run.file_name})", said, *leads)


def _overdue(viewer: Viewer, since: datetime, until: datetime) -> Iterable[Change]:
    """Findings that are open and whose last day ended in the time."""
    first, last = (timezone.localtime(moment).date() for moment in (since, until))
    found = (
        Finding.objects.seen_by(viewer, Audience.AREA)
        .filter(due_on__gte=first, due_on__lt=last)
        .open_on(last)
        .select_related("unit", "indicator__criterion")
        .defer("unit__geom")
    )
    for row in found:
        assert row.due_on is not None  # noqa: S101  # that is what they are found by
        at = timezone.make_aware(datetime.combine(row.due_on + timedelta(days=1), datetime.min.time()))
        about = f" ({row.indicator.code})" if row.indicator else ""
        safe = _("a finding of an inspection is overdue") + about
        query = (("unit", row.unit_id), ("pick", f"findings/{row.pk}"))
        yield Change("overdue", at, row.unit.name, f"{safe}: {row.name}", safe, "map", query=query)


def _stepped(viewer: Viewer, since: datetime, until: datetime) -> Iterable[Change]:
    """Every step of the years of communes: who has handed in, returned, checked, appraised or recognised what."""
    steps = Step.objects.filter(viewer.within("cycle__unit__path"), at__gte=since, at__lt=until)
    for step in steps.select_related("cycle__unit").defer("cycle__unit__geom", "snapshot"):
        unit, year = step.cycle.unit, step.cycle.year
        words = {"year": year, "level": LEVELS[level_of(step)](), "done": step.get_action_display(),
                 "before": step.get_before_display(), "after": step.get_after_display()}  # fmt: skip
        safe = _("self-assessment of %(year)s: %(done)s by %(level)s (%(before)s → %(after)s)") % words
        text = f"{safe}. {step.note}" if step.note else safe
        yield Change("stepped", step.at, unit.name, text, safe, "year_sheet", (unit.pk, year))


def level_of(step: Step) -> Kind:
    """Return the level whose office took a step."""
    ways = (way.level for way in TRANSITIONS if (way.action, way.before) == (step.action, step.before))
    return next(ways, Kind.COMMUNE)


#: The offices of the levels, as a sentence names who has done something.
LEVELS: dict[Kind, Callable[[], Text]] = {
    Kind.COMMUNE: lambda: _("the commune"),
    Kind.DISTRICT: lambda: _("the district or city"),
    Kind.PROVINCE: lambda: _("the province"),
}


def _approved(viewer: Viewer, since: datetime, until: datetime) -> Iterable[Change]:
    plans = Plan.objects.seen_by(viewer).approved().filter(approved_at__gte=since, approved_at__lt=until)
    for plan in plans.defer("result"):
        assert plan.approved_at is not None  # noqa: S101  # that is what they are found by
        safe = _("a plan of works was approved")
        yield Change("approved", plan.approved_at, "", f"{safe}: {plan.title}", safe, "plan", (plan.uid,))


SOURCES: tuple[Callable[[Viewer, datetime, datetime], Iterable[Change]], ...] = (
    _turned, changed_standards, _imported, _overdue, _stepped, _approved,
)  # fmt: skip

#: What each kind of change is called, in the order in which they are told.
KINDS: dict[str, Callable[[], Text]] = {
    "turned": lambda: _("Criteria that turned"),
    "standard": lambda: _("Standards changed"),
    "stepped": lambda: _("Steps of the yearly cycle"),
    "overdue": lambda: _("Findings overdue"),
    "approved": lambda: _("Plans approved"),
    "imported": lambda: _("Data imported"),
}


def by_kind(found: Iterable[Change]) -> list[tuple[str, list[Change]]]:
    """Return the changes of each kind with its title, kinds without any left out."""
    found = list(found)
    groups = [(str(title()), [change for change in found if change.kind == kind]) for kind, title in KINDS.items()]
    return [(title, group) for title, group in groups if group]


def area_of(viewer: Viewer) -> str:
    """Return the names of the viewer's units, for a heading."""
    units = Unit.objects.filter(path__in=viewer.areas).only("name", "title").order_by("path")
    return ", ".join(map(str, units)) or _("the whole country")
