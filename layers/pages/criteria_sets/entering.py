"""Entering a set by hand: the set, its criteria, its indicators."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from layers.criteria.changing import add_criterion, add_set, change_indicator, remove_set, require_unused
from layers.criteria.rehearsing import Turning, rehearse
from layers.errors import NotAllowed, NotFound, Refused
from layers.mapserver.asked import whole
from layers.sessions import AskedRequest

from .forms import CriterionForm, IndicatorForm, SetForm
from .indicator import follow, indicator_of
from .sets import keeps_sets, set_of

METHODS = ["GET", "HEAD", "POST"]


def keeper(request: AskedRequest) -> None:
    if not keeps_sets(request):
        raise NotAllowed(_("The criteria sets themselves are kept by the administrator of the whole installation."))


def shown(request: AskedRequest, form: BaseForm, title: str, back: str, **more: Any) -> HttpResponse:
    page = {"form": form, "title": title, "back": back} | more
    return render(request, "criteria/form.html", page, status=422 if form.errors else 200)


@require_http_methods(METHODS)
def set_new(request: AskedRequest) -> HttpResponse:
    keeper(request)
    form = SetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_set(form.save(commit=False), form.cleaned_data["like"])
        except (Refused, IntegrityError) as error:
            form.add_error("first_year", str(error))
        else:
            messages.success(request, _("Set %(code)s is stored.") % {"code": made.code})
            return redirect("criteria_set", made.code)
    return shown(request, form, _("New criteria set"), "/criteria/")


@require_http_methods(METHODS)
def set_edit(request: AskedRequest, code: str) -> HttpResponse:
    """Change code, name, source and years of a set by which nothing has been assessed yet."""
    keeper(request)
    criteria_set = set_of(code)
    require_unused(criteria_set)
    form = SetForm(request.POST or None, instance=criteria_set)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, _("Set %(code)s is stored.") % {"code": made.code})
        return redirect("criteria_set", made.code)
    return shown(request, form, _("Change set %(code)s") % {"code": code}, f"/criteria/{code}/")


@require_POST
def set_remove(request: AskedRequest, code: str) -> HttpResponse:
    keeper(request)
    remove_set(set_of(code))
    messages.success(request, _("Set %(code)s is removed; its years are free again.") % {"code": code})
    return redirect("criteria")


@require_http_methods(METHODS)
def criterion_new(request: AskedRequest, code: str) -> HttpResponse:
    keeper(request)
    criteria_set = set_of(code)
    form = CriterionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = add_criterion(criteria_set, form.cleaned_data["name_vi"], form.cleaned_data["name_en"])
        messages.success(request, _("Criterion %(number)s is stored.") % {"number": made.number})
        return redirect("criteria_set", code)
    return shown(request, form, _("New criterion of set %(code)s") % {"code": code}, f"/criteria/{code}/")


@require_http_methods(METHODS)
def criterion_edit(request: AskedRequest, code: str, number: int) -> HttpResponse:
    """Correct the names of a criterion; its number is its place in every result."""
    keeper(request)
    criterion = set_of(code).criteria.filter(number=number).first()
    if criterion is None:
        raise NotFound(_("Set %(code)s has no criterion %(number)s."), code=code, number=number)
    form = CriterionForm(request.POST or None, instance=criterion)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Criterion %(number)s is stored.") % {"number": number})
        return redirect("criteria_set", code)
    return shown(request, form, _("Change criterion %(number)s") % {"number": number}, f"/criteria/{code}/")


@require_http_methods(METHODS)
def indicator_new(request: AskedRequest, code: str) -> HttpResponse:
    keeper(request)
    criteria_set = set_of(code)
    first = criteria_set.criteria.filter(number=whole(request, "criterion", 1, 99) or 0).first()
    form = IndicatorForm(request.POST or None, criteria_set=criteria_set, initial={"criterion": first})
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, _("Indicator %(code)s is stored. Set its values below.") % {"code": made.code})
        return redirect("indicator", made.pk)
    return shown(request, form, _("New indicator of set %(code)s") % {"code": code}, f"/criteria/{code}/")


@require_http_methods(METHODS)
def indicator_edit(request: AskedRequest, pk: int) -> HttpResponse:
    """Change an indicator, with why; where that turns results, once its sender was told which."""
    keeper(request)
    indicator = indicator_of(pk)
    criteria_set = indicator.criterion.criteria_set
    form = IndicatorForm(request.POST or None, instance=indicator, criteria_set=criteria_set)
    turning: Turning | None = None
    if request.method == "POST" and form.is_valid():
        changed, reason = form.save(commit=False), form.cleaned_data["reason"]
        if request.POST.get("confirmed") != form.confirming:
            turning = rehearse(criteria_set, lambda: change_indicator(changed, reason))
        if not turning:
            with transaction.atomic():
                follow(change_indicator(changed, reason))
            messages.success(request, _("Indicator %(code)s is stored.") % {"code": changed.code})
            return redirect("indicator", pk)
    title = _("Change indicator %(code)s") % {"code": indicator}
    return shown(request, form, title, f"/criteria/indicators/{pk}/", turning=turning)
