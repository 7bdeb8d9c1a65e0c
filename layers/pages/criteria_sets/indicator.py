"""`/criteria/indicators/<id>/`: one indicator with every value there is, how they came about, and setting one."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from layers.criteria.changing import Reach, Scope, provinces_of, require_scope, set_value, take_away, touched_by
from layers.criteria.rehearsing import Turning, rehearse
from layers.criteria.results import in_language
from layers.errors import NotAllowed, NotFound, Refused
from layers.models import Indicator, Threshold
from layers.pages.import_tasks import reassess
from layers.sessions import AskedRequest

from .forms import TakeAwayForm, ValueForm
from .history import history_of
from .sets import keeps_sets, level_of, province_names, row_of, value_in_words, who


def indicator_of(pk: int) -> Indicator:
    found = Indicator.objects.select_related("criterion__criteria_set").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no indicator %(id)s."), id=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_page(request: AskedRequest, pk: int) -> HttpResponse:
    indicator, national, own = indicator_of(pk), keeps_sets(request), provinces_of(request.viewer)
    criteria_set = indicator.criterion.criteria_set
    initial = {"first_year": min(max(timezone.localdate().year, criteria_set.first_year), criteria_set.last_year)}
    form = ValueForm(request.POST or None, indicator=indicator, provinces=own, national=national, initial=initial)
    turning: Turning | None = None
    if request.method == "POST":
        if not (national or own):
            raise NotAllowed(_("Standards are changed by administrators of a province."))
        if form.is_valid():
            turning = to_confirm(request, form, indicator, national)
            if not form.errors and not turning and store(request, form, indicator, national):
                return redirect("indicator", pk)
    page = {
        "row": row_of(indicator, None),
        "indicator": indicator,
        "set": criteria_set,
        "name": in_language(indicator),
        "criterion": in_language(indicator.criterion),
        "values": values_of(indicator, {one.code for one in own}, national),
        "turning": turning,
        "history": history_of(indicator),
        "form": form if national or own else None,
        "may_edit": national,
    }
    return render(request, "criteria/indicator.html", page, status=422 if form.errors else 200)


def to_confirm(request: AskedRequest, form: ValueForm, indicator: Indicator, national: bool) -> Turning | None:
    """Return the results that a value would turn, nothing where its sender has been told of them and agrees."""
    require_scope(request.viewer, national, form.scoped())
    if request.POST.get("confirmed") == form.confirming:
        return None
    try:
        return rehearse(
            indicator.criterion.criteria_set, lambda: touched_by(set_value(indicator, form.scoped(), form.new()))
        )
    except Refused as error:
        form.add_error("first_year", str(error))
        return None


def follow(reach: Reach) -> bool:
    """Let the results follow in the background once what was changed is stored; tell whether any do."""
    if reach.paths:
        transaction.on_commit(lambda: reassess.enqueue(reach.paths))
    return bool(reach.paths)


@require_http_methods(["GET", "HEAD", "POST"])
def value_remove(request: AskedRequest, pk: int) -> HttpResponse:
    """Tell what taking a value away would turn, and take it away once its sender says why."""
    threshold = Threshold.objects.select_related("indicator__criterion__criteria_set").filter(pk=pk).first()
    if threshold is None:
        raise NotFound(_("There is no value %(id)s."), id=pk)
    indicator = threshold.indicator
    scope = Scope(threshold.region, threshold.province_code, threshold.commune_group)
    require_scope(request.viewer, keeps_sets(request), scope)
    form = TakeAwayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            follow(touched_by(take_away(threshold, form.cleaned_data["reason"])))
        messages.success(request, _("The value is taken away."))
        return redirect("indicator", indicator.pk)
    turning = rehearse(indicator.criterion.criteria_set, lambda: touched_by(take_away(threshold, "")))
    page = {
        "form": form,
        "indicator": indicator,
        "set": indicator.criterion.criteria_set,
        "threshold": threshold,
        "who": who(threshold, province_names()),
        "value": value_in_words(indicator, threshold),
        "turning": turning,
    }
    return render(request, "criteria/value_remove.html", page, status=422 if form.errors else 200)


def store(request: AskedRequest, form: ValueForm, indicator: Indicator, national: bool) -> bool:
    """Store a value and let the results follow in the background; tell whether it was stored."""
    try:
        with transaction.atomic():
            require_scope(request.viewer, national, form.scoped())
            threshold = set_value(indicator, form.scoped(), form.new())
            follows = follow(touched_by(threshold))
    except Refused as error:
        form.add_error("first_year", str(error))
        return False
    words = {"code": indicator.code, "year": threshold.first_year}
    said = _("The value of %(code)s from %(year)s on is stored. Years before keep theirs.") % words
    messages.success(request, said + (" " + _("Results are being assessed again.") if follows else ""))
    return True


def values_of(indicator: Indicator, own: set[str], national: bool) -> list[dict[str, Any]]:
    """Return every value of an indicator, the nation's first, with whose it is and whether the reader may remove it."""
    rows = indicator.thresholds.order_by("province_code", "region", "commune_group", "first_year")
    names = province_names()
    return [
        {
            "threshold": one,
            "who": who(one, names),
            "value": value_in_words(indicator, one),
            "level": level_of(one),
            "may_remove": one.province_code in own or (national and not one.province_code),
        }
        for one in rows
    ]
