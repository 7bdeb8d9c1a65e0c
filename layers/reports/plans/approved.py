"""What approved plans pay for already of another plan's works."""

from typing import Any

from layers.access import Viewer
from layers.models import Plan, Work


def approved_already(plan: Plan, viewer: Viewer) -> list[Work]:
    """Return the works of other approved plans, as far as the viewer may see them, that this plan would pay again."""
    mine: dict[Any, list[tuple[float, float]]] = {}
    for subject, start, stop in plan.works.exclude(subject=None).values_list("subject", "start", "stop"):
        mine.setdefault(subject, []).append((start, stop))
    others = Work.objects.approved().seen_by(viewer).exclude(plan=plan).filter(subject__in=list(mine))
    return [
        work
        for work in others.select_related("plan").defer("geom", "plan__inputs", "plan__result", "plan__trust")
        if any(start < work.stop and work.start < stop for start, stop in mine[work.subject])
    ]
