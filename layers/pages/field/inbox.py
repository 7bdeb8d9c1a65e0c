"""`/field/inbox/`: what came from the field, in a list and on the map; what waits for a decision comes first."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.errors import NotAllowed
from layers.fieldwork import held
from layers.fieldwork.decisions import LOOKED_AT
from layers.fieldwork.definitions import DEFINITIONS
from layers.fieldwork.packs import communes_of
from layers.fieldwork.titles import titles
from layers.mapserver.asked import only, whole
from layers.models import Attachment, Conflict, DuplicateCandidate, Proposal, Submission, record_read
from layers.models.criteria import last_assessed_year
from layers.pages.answers import answer
from layers.pages.asking import unit_asked
from layers.sessions import AskedRequest

from .words import flag_words

#: Points on the map of one list.
POINTS = 2_000
BY_STATE = ("returned", "rejected", "quarantined")


def office(viewer: Viewer) -> Viewer:
    """Return the viewer, if it is one who decides on what comes from the field. Raises NotAllowed."""
    if not (viewer.may_edit and viewer.may_see(Audience.PERSONAL)):
        raise NotAllowed(_("Planners and administrators of the area look after what comes from the field."))
    return viewer


def undecided() -> Q:
    """Return the condition that somebody of the office has something to do about a submission."""
    thrown_out = Q(state__in=("returned", "rejected"))
    return ~thrown_out & (
        Q(state="quarantined")
        | Q(flags__overlap=list(LOOKED_AT))
        | Q(Exists(Conflict.objects.filter(submission=OuterRef("pk"), verdict="open")))
        | Q(Exists(Proposal.objects.filter(submission=OuterRef("pk"), state="open")))
        | Q(Exists(DuplicateCandidate.objects.filter(submission=OuterRef("pk"), state="open")))
        | Q(Exists(Attachment.objects.filter(submission=OuterRef("pk"), state="bad")))
    )


def of_each(model: type[Model], **where: object) -> Subquery:
    """Return how many of these belong to a submission, counted for the rows of one page only."""
    rows = model._default_manager.filter(submission=OuterRef("pk"), **where).order_by().values("submission")
    return Subquery(rows.annotate(number=Count("pk")).values("number"), output_field=IntegerField())


def listed(request: AskedRequest, viewer: Viewer) -> QuerySet[Submission]:
    """Return the submissions that the address asks for, of the viewer's area."""
    rows = Submission.objects.seen_by(viewer)
    unit = unit_asked(request)
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    show = request.GET.get("show", "open")
    if show in BY_STATE:
        rows = rows.filter(state=show)
    elif show != "all":
        rows = rows.filter(undecided())
    form = request.GET.get("form", "")
    return rows.filter(form__form_id=form) if form in DEFINITIONS else rows


@require_safe
def inbox(request: AskedRequest) -> HttpResponse:
    only(request, ("unit", "show", "form", "page"))
    viewer = office(request.viewer)
    held.settle(timezone.now())
    mine = Submission.objects.seen_by(viewer)
    counts = mine.aggregate(
        open=Count("pk", filter=undecided()),
        all=Count("pk"),
        **{state: Count("pk", filter=Q(state=state)) for state in BY_STATE},
    )
    rows = listed(request, viewer).select_related("form", "unit__parent", "device__user")
    rows = rows.defer("raw", "unit__geom", "unit__parent__geom").annotate(
        photos=of_each(Attachment, state="stored"),
        awaited=of_each(Attachment, state__in=("waiting", "bad")),
        disputed=of_each(Conflict, verdict="open"),
        twins=of_each(DuplicateCandidate, state="open"),
        wishes=of_each(Proposal, state="open"),
    )
    page = Paginator(rows.order_by("-received_at"), settings.LIMITS["PAGE_ROWS"]).get_page(
        whole(request, "page", 1, 10**6) or 1
    )
    titled = titles(page.object_list)
    record_read(viewer, "submissions", "inbox", request.get_full_path(), len(page.object_list))
    unit, form, show = unit_asked(request), request.GET.get("form", ""), request.GET.get("show", "open")
    kept = urlencode({"unit": unit.pk if unit else "", "form": form, "show": show})
    response = render(
        request,
        "field/inbox.html",
        {
            "headline": headline(counts["open"]),
            "page": page,
            "rows": [(row, titled[row.pk], todo(row), flag_words(row.flags)) for row in page],
            "shows": [(name, title, counts[name]) for name, title in show_titles().items()],
            "show": show,
            "forms": [(each.form_id, each.title) for each in DEFINITIONS.values()],
            "form": form,
            "units": communes_of(viewer, last_assessed_year()),
            "unit": unit,
            "kept": kept,
            "start": {
                "points": f"{reverse('field_inbox_points')}?{kept}",
                "layers": f"{reverse('catalogue')}?year={last_assessed_year()}",
            },
        },
    )
    response["Cache-Control"] = "private, no-store"
    return response


def headline(count: int) -> str:
    """Return the one sentence that answers first."""
    if not count:
        return _("Nothing waits for a decision.")
    return ngettext("%(count)d record waits for a decision", "%(count)d records wait for a decision", count) % {
        "count": count
    }


def show_titles() -> dict[str, str]:
    return {
        "open": _("to be decided"),
        "all": _("all"),
        "returned": _("returned"),
        "rejected": _("thrown out"),
        "quarantined": _("from a revoked device"),
    }


def todo(row: Any) -> list[str]:
    """Return in a few words what there is to decide on a submission."""
    found = []
    if row.state == "quarantined":
        found.append(_("from a revoked device"))
    if LOOKED_AT.keys() & set(row.flags):
        found.append(_("position far away"))
    if row.disputed:
        found.append(ngettext("%(count)d conflict", "%(count)d conflicts", row.disputed) % {"count": row.disputed})
    if row.wishes:
        found.append(_("proposal"))
    if row.twins:
        found.append(_("possible duplicate"))
    if row.awaited:
        found.append(
            ngettext("%(count)d photo missing", "%(count)d photos missing", row.awaited) % {"count": row.awaited}
        )
    return found


@require_safe
def points(request: AskedRequest) -> HttpResponse:
    """Answer with the positions of the listed submissions, for the map of the page."""
    only(request, ("unit", "show", "form"))
    viewer = office(request.viewer)
    rows = listed(request, viewer).exclude(point=None).select_related("form").order_by("-received_at")
    found = list(rows.only("title", "state", "flags", "point", "form__form_id")[:POINTS])
    titled = titles(found)
    record_read(viewer, "submissions", "inbox map", request.get_full_path(), len(found))
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": each.point.coords},
            "properties": {
                "title": titled[each.pk] or str(DEFINITIONS[each.form.form_id].title),
                "state": each.state,
                "far": "far" in each.flags,
                "url": reverse("field_submission", args=[each.pk]),
            },
        }
        for each in found
        if each.point is not None
    ]
    return answer({"type": "FeatureCollection", "features": features})
