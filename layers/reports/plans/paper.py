"""A plan on paper: its sentence, its map, its packages, who gets what, what was assumed, and who signs."""

from django.utils.safestring import SafeString

from layers.access import Viewer
from layers.models import Mark, Plan, Unit
from layers.models.plans import WorkKind
from layers.reports.documents import form_of, source_line
from layers.reports.maps import draw
from layers.reports.maps.draw import axis_within, path_within
from layers.reports.maps.frame import Frame
from layers.reports.maps.signs import joined, line, mark_swatch, point
from layers.reports.paper import pdf

from .decided import decided
from .figures import method_of, region_name, shown
from .trust import assumed, bought, labels, trials
from .worth import costs_and_benefits

MAP = (180, 110)
WORKS = Mark("works", "", "--poor", width=3)
SPOT = 34


def plan_pdf(plan: Plan, viewer: Viewer) -> bytes:
    """Return a plan as a PDF of A4 pages."""
    unit = common_unit(plan)
    width, height = MAP
    drawn = draw(viewer, unit, plan.year, width_mm=width, height_mm=height, layers=("roads",), criterion=2,
                 over=lambda frame: _works(plan, frame))  # fmt: skip
    if drawn is not None:
        drawn.legend.insert(0, (mark_swatch(WORKS, "LINESTRING"), str(Plan._meta.verbose_name).capitalize()))
    page = {
        "plan": plan,
        "region": region_name(plan),
        "answer": shown(plan.result or {}, plan.settings, labels(plan)),
        "decided": decided(plan),
        "trials": trials(plan),
        "bought": bought(plan),
        "assumed": assumed(plan),
        "worth": costs_and_benefits(plan),
        "map": drawn,
        "method": method_of(plan),
        "year": plan.year,
        "source": source_line(unit, plan.year),
    }
    return pdf("paper/plan.html", page | form_of(unit))


def common_unit(plan: Plan) -> Unit:
    """Return the smallest unit that holds the whole region of a plan."""
    units = list(plan.units.all())
    if len(units) == 1:
        return units[0]
    paths = [unit.path.strip("/").split("/") for unit in units]
    shared = [parts[0] for parts in zip(*paths, strict=False) if len(set(parts)) == 1]
    return Unit.objects.get(pk=int(shared[-1])) if shared else units[0]


def _works(plan: Plan, frame: Frame) -> SafeString:
    works = plan.works.exclude(geom=None).order_by("pk")
    lines = works.filter(kind=WorkKind.ROAD).annotate(shape=path_within(frame, "geom"))
    spots = works.filter(kind=WorkKind.FACILITY).annotate(
        x=axis_within(frame, "geom", "X"), y=axis_within(frame, "geom", "Y")
    )
    drawn = [line(lines.values_list("shape", flat=True), WORKS, WORKS.width)]
    return joined([*drawn, *(point(WORKS, x, -y, SPOT) for x, y in spots.values_list("x", "y"))])
