"""`/criteria/groups/`: to which group each commune of a province belongs, since when, and why.

The administrators of a whole province do this for its communes, and whoever keeps the criteria sets.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models.functions import Collate
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from layers.criteria.changing import provinces_of, set_group, take_group_away
from layers.errors import NotAllowed, NotFound
from layers.mapserver.asked import only
from layers.mapserver.values import VIETNAMESE
from layers.models import Grouping, Unit, groups_of
from layers.models.units import CommuneGroup, Kind, UnitQuerySet
from layers.pages.import_tasks import reassess
from layers.sessions import AskedRequest

from .forms import GroupForm, TakeAwayForm
from .sets import keeps_sets, province_asked


@require_http_methods(["GET", "HEAD", "POST"])
def groups_page(request: AskedRequest) -> HttpResponse:
    only(request, ("province",))
    provinces = allowed(request)
    province = province_asked(request, provinces)
    if province is None:
        raise NotAllowed(_("To which group communes belong is told by administrators of their province."))
    communes = communes_of(province)
    form = GroupForm(request.POST or None, communes=communes, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with transaction.atomic():
            paths = set_group(
                told["communes"], told["commune_group"], told["since"], told["reason"], request.viewer.user_id
            )
            if paths:
                transaction.on_commit(lambda: reassess.enqueue(paths))
        said = _("Stored for %(count)s communes. Years that ended before keep the group they had.")
        again = " " + _("Results are being assessed again.") if paths else ""
        messages.success(request, said % {"count": len(told["communes"])} + again)
        return redirect(f"{reverse('commune_groups')}?province={province.pk}")
    page = {"form": form, "province": province, "provinces": provinces, "rows": rows_of(communes, form)}
    return render(request, "criteria/groups.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def group_remove(request: AskedRequest, pk: int) -> HttpResponse:
    """Take away what was told of a commune's group, once its sender says why; the years then have the one before."""
    told = Grouping.objects.select_related("unit").defer("unit__geom", "unit__point").filter(pk=pk).first()
    province = next((one for one in allowed(request) if told and told.unit.path.startswith(one.path)), None)
    if told is None or province is None:
        raise NotFound(_("There is no such entry of a group."))
    form = TakeAwayForm(request.POST or None)
    back = f"{reverse('commune_groups')}?province={province.pk}"
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            paths = take_group_away(told, form.cleaned_data["reason"])
            if paths:
                transaction.on_commit(lambda: reassess.enqueue(paths))
        messages.success(request, _("The group of %(unit)s is taken away.") % {"unit": told.unit})
        return redirect(back)
    page = {"form": form, "told": told, "back": back}
    return render(request, "criteria/group_remove.html", page, status=422 if form.errors else 200)


def allowed(request: AskedRequest) -> list[Unit]:
    """Return the provinces whose communes the reader may put into groups."""
    if keeps_sets(request):
        found = Unit.objects.filter(kind=Kind.PROVINCE, valid_to=None).order_by("code")
        return list(found.only("code", "name", "title", "region", "path"))
    return provinces_of(request.viewer)


def communes_of(province: Unit) -> UnitQuerySet:
    """Return the rural communes of a province as it is today."""
    found = Unit.objects.filter(kind=Kind.COMMUNE, rural=True, valid_to=None).below(province.path)
    return found.defer("geom", "point").order_by(Collate("name", VIETNAMESE), "pk")


def rows_of(communes: UnitQuerySet, form: GroupForm) -> list[dict[str, Any]]:
    """Return each commune with its group of this year and all that was told of its groups, the latest first."""
    found, titles = list(communes), dict(CommuneGroup.choices)
    now = groups_of([one.pk for one in found], timezone.localdate().year)
    told: dict[int, list[Grouping]] = {}
    for one in Grouping.objects.filter(unit__in=found).select_related("user").order_by("unit", "-since"):
        told.setdefault(one.unit_id, []).append(one)
    replaced = replaced_of(found)
    chosen = {str(pk) for pk in form["communes"].value() or ()}
    return [
        {
            "commune": commune,
            "group": titles.get(now[commune.pk], ""),
            "told": told.get(commune.pk, []),
            "replaced": replaced.get(commune.pk, []),
            "chosen": str(commune.pk) in chosen,
        }
        for commune in found
    ]


def replaced_of(communes: list[Unit]) -> dict[int, list[dict[str, Any]]]:
    """Return by commune what was told of its group and holds no more, with why it was told and why taken away, if it
    was; else a later word of the same day took its place."""
    recorded: Any = Grouping.events.rel.related_model  # type: ignore[attr-defined]  # added by pghistory
    rows = recorded.objects.filter(unit_id__in=[one.pk for one in communes]).exclude(pgh_label="insert")
    titles = dict(CommuneGroup.choices)
    found: dict[int, list[dict[str, Any]]] = {}
    for one in rows.select_related("user", "pgh_context").order_by("-pgh_id"):
        told = {"since": one.since, "group": titles[one.commune_group], "reason": one.reason, "user": one.user}
        if one.pgh_label == "delete" and one.pgh_context is not None:
            told["taken"] = one.pgh_context.metadata.get("reason", "")
        found.setdefault(one.unit_id, []).append(told)
    return found
