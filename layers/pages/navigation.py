"""The main pages and who finds which of them in the top bar: one row each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from layers.access import ANONYMOUS, Audience, Role, Viewer
from layers.models import Member
from layers.models.layer import Text

from .alerting import new_changes
from .succeeding import ended_bindings


def anybody(viewer: Viewer) -> bool:
    return True


def signed_in(viewer: Viewer) -> bool:
    return viewer.user_id is not None


def staff(viewer: Viewer) -> bool:
    return viewer.may_see(Audience.AREA)


def field_workers(viewer: Viewer) -> bool:
    return viewer.may_see(Audience.PERSONAL)


def editors(viewer: Viewer) -> bool:
    return viewer.may_edit


@dataclass(frozen=True)
class Link:
    """`name` is the page's URL name, `also` are those of the pages that belong to it. Links that are not `first`
    stand behind “More”. `follows` marks a link that the map keeps pointing at what it shows. `counted` tells
    how much there is that the reader has not seen.
    """

    name: str
    title: Text
    also: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    seen_by: Callable[[Viewer], bool] = anybody
    first: bool = False
    follows: str = ""
    counted: Callable[[Viewer], int] | None = None


#: In the order of the bar.
LINKS = (
    Link("map", _("Map"), first=True),
    Link("board", _("Board"), ("board_all", "board_cheapest"), first=True),
    Link(
        "plans", _("Road plans"), ("plan", "plan_new", "plan_compare", "plan_works_approved"), seen_by=staff, first=True
    ),
    Link("programme", _("Yearly cycle"), ("year_sheet", "declare", "roadmap", "milestone"), seen_by=staff, first=True),
    Link("inspections", _("Inspections"), ("finding", "finding_add", "finding_change"), seen_by=staff),
    Link(
        "field_inbox",
        _("From the field"),
        ("field_submission", "field_record", "field_devices_page", "field_carried", "field_collect"),
        seen_by=editors,
        first=True,
    ),
    Link("table", _("Tables"), args=("communes",), follows="table"),
    Link("reports", _("Reports"), ("report",), seen_by=signed_in, first=True),
    Link("network", _("Road network"), seen_by=staff),
    Link("siting", _("Waste sites"), ("siting_study",), seen_by=staff),
    Link("import", _("Import data"), ("import_run",), seen_by=editors),
    Link(
        "criteria",
        _("Criteria sets"),
        (
            "criteria_set",
            "indicator",
            "indicator_edit",
            "indicator_new",
            "commune_groups",
            "criterion_new",
            "set_new",
            "set_sheet",
        ),
    ),
    Link("field", _("Field work"), seen_by=field_workers),
    Link("alerts", _("Changes"), seen_by=staff, first=True, counted=new_changes),
    Link("help", _("Help")),
)


def ended(request: HttpRequest) -> str:
    """Return whose unit has ended without another that continues it: the reader's ("own"), or that of users below an
    administrator ("users"); "" where nobody's has."""
    viewer = getattr(request, "viewer", ANONYMOUS)
    if viewer.user_id is None:
        return ""
    if ended_bindings(Member.objects.filter(user=viewer.user_id)).exists():
        return "own"
    if viewer.role is not Role.ADMINISTRATOR:
        return ""
    below = Member.objects.under(viewer, everybody=request.user.is_superuser)
    return "users" if ended_bindings(below).exists() else ""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation` for the templates: the links of this reader, those of the bar before those behind “More”."""
    here = request.resolver_match.url_name if request.resolver_match else None
    viewer = getattr(request, "viewer", ANONYMOUS)
    shown = [
        {
            "url": reverse(link.name, args=link.args),
            "title": link.title,
            "here": here == link.name or here in link.also,
            "follows": link.follows,
            "first": link.first,
            "count": link.counted(viewer) if link.counted else 0,
        }
        for link in LINKS
        if link.seen_by(viewer)
    ]
    return {
        "navigation": {
            "all": shown,
            "first": [link for link in shown if link["first"]],
            "more": [link for link in shown if not link["first"]],
            # Asked by the pages that say it alone.
            "ended": partial(ended, request),
        }
    }
