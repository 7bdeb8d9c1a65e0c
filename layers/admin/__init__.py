"""Django's admin, for reference data: units, criteria, statistics, terrain, members; runs and readings to look at.

Only administrators come in. Superusers keep all of it; an administrator of some units sees the units,
statistics and members of these and gives nobody more than they have. What describes households is not
here at all.
"""

from typing import Any

import pghistory
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from layers.errors import Refused
from layers.models import (
    LAYERS,
    CriteriaSet,
    Criterion,
    Duty,
    ImportRun,
    Indicator,
    PersonalRead,
    SitingRule,
    Statistic,
    Succession,
    Terrain,
    Threshold,
    Unit,
)
from layers.models.units import Kind
from layers.pages.import_tasks import reassess
from layers.programme.settling import commune_holding
from layers.programme.succession import hand_over, what_passes

from .people import PersonAdmin, is_administrator, manageable, viewer_of_request
from .words import LAYER_TITLES, MEASURED, NAMES, OUTPUTS, REGIONS, Related, as_kept, coded, named, titled

#: Letters of an indicator's name that tell it from its neighbours in a list.
SHORT = 60


class Reference(admin.ModelAdmin):
    """Looked at by administrators, changed by superusers, within the administrator's units where it has any."""

    #: The ORM path to the unit's path; "" for what belongs to no unit.
    path = ""
    #: Removing what rows refer to would list those rows, households among them, on the page that asks
    #: whether one is sure. Such things end by their dates instead.
    removable = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request) and request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request) and request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.removable and is_administrator(request) and request.user.is_superuser

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        if request.user.is_superuser or not self.path:
            return rows
        return rows.filter(viewer_of_request(request).within(self.path))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in NAMES:
            kwargs.setdefault("label", capfirst(NAMES[db_field.name]))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ReadOnly(Reference):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Unit)
class UnitAdmin(Reference):
    """Boundaries are drawn on the map or imported, where they are checked; here they are left alone."""

    path = "path"
    list_display = ("name", "title", "code", "kind", "parent", "valid_from", "valid_to", "boundary")
    list_filter = ("kind", "boundary", "region", "rural")
    search_fields = ("name_key", "code")
    list_select_related = ("parent",)
    autocomplete_fields = ("parent",)
    exclude = ("geom", "point")
    readonly_fields = ("boundary", "updated_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("geom", "point", "parent__geom", "parent__point")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, as_kept(search_term))


@admin.register(Succession)
class SuccessionAdmin(Reference):
    path = "successor__path"
    removable = True
    former, present = named("predecessor"), named("successor")
    list_display = ("former", "present", "on", "whole", "carried_at", "source")
    list_select_related = ("predecessor", "successor")
    autocomplete_fields = ("predecessor", "successor")
    readonly_fields = ("carried_at",)
    actions = ("hand_over",)

    @admin.action(description=_("Hand hamlets and rows over to the successor"), permissions=["change"])
    def hand_over(self, request: HttpRequest, queryset: QuerySet) -> TemplateResponse | None:
        """Say what would pass to whom, and hand it over once that is agreed to."""
        found = list(queryset.select_related("predecessor"))
        try:
            with transaction.atomic():
                agreed = request.POST.get("agreed") == "yes"
                passed = [(one.predecessor, (hand_over if agreed else what_passes)(one.predecessor)) for one in found]
        except Refused as error:
            self.message_user(request, str(error), messages.ERROR)
            return None
        if agreed:
            reassess.enqueue(sorted({one.successor.path for _former, one in passed}))
            self.message_user(request, _("Hamlets and rows are handed over; the results follow."), messages.SUCCESS)
            return None
        told = [
            (former, one.successor, one.hamlets, [(LAYERS[slug].title, count) for slug, count in one.rows.items()])
            for former, one in passed
        ]
        page = self.admin_site.each_context(request) | {
            "passed": told, "chosen": [one.pk for one in found], "opts": self.model._meta,
            "title": _("Hand hamlets and rows over to the successor"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/hand_over.html", page)


class KeptByPages(ReadOnly):
    """Looked at here, changed at `/criteria/`, where each change says why, what it turns, and results follow it."""

    change_list_template = "admin/kept_by_pages.html"


@admin.register(CriteriaSet)
class CriteriaSetAdmin(KeptByPages):
    list_display = ("code", "name", "legal_basis", "first_year", "last_year")


@admin.register(Criterion)
class CriterionAdmin(KeptByPages):
    of_set = named("criteria_set")
    list_display = ("number", "name_vi", "group_vi", "of_set")
    list_filter = (("criteria_set", Related),)
    list_select_related = ("criteria_set",)
    search_fields = ("name_vi", "name_en")


@admin.register(Indicator)
class IndicatorAdmin(KeptByPages):
    measured, of_criterion = coded("measure", MEASURED, _("computed by")), named("criterion")
    list_display = ("code", "name_vi", "comparator", "unit", "measured", "verified", "of_criterion")
    list_filter = (
        ("criterion__criteria_set", Related),
        "verified",
        titled("measure", {"": _("declared only"), **MEASURED}),
    )
    list_select_related = ("criterion",)
    search_fields = ("code", "name_vi", "name_en")
    autocomplete_fields = ("criterion",)


@admin.register(Threshold)
class ThresholdAdmin(KeptByPages):
    of_region = coded("region", {**REGIONS, "": ""}, _("region"))
    list_display = ("of_indicator", "value", "of_region", "province_code", "first_year", "verified", "source")
    list_filter = (
        "verified",
        titled("region", REGIONS),
        "first_year",
        ("indicator__criterion__criteria_set", Related),
    )
    list_select_related = ("indicator",)
    search_fields = ("indicator__code", "indicator__name_vi", "source")
    autocomplete_fields = ("indicator",)

    @admin.display(description=NAMES["indicator"], ordering="indicator")
    def of_indicator(self, threshold: Threshold) -> str:
        # The part of an indicator is a code; its name says which part is meant.
        return f"{threshold.indicator.code} {Truncator(threshold.indicator.name_vi).chars(SHORT)}"


class WithReason(forms.ModelForm):
    reason = forms.CharField(
        label=_("reason for the change"),
        max_length=300,
        help_text=_("Kept in the history, with your name and the time."),
    )


@admin.register(SitingRule)
class SitingRuleAdmin(Reference):
    """A rule decides where a kiln or an incinerator may stand: each change says why."""

    form = WithReason
    removable = True
    list_display = ("kind", "subject", "bound", "value", "rule", "verified", "active", "source")
    list_filter = ("kind", "subject", "verified", "active")

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        with pghistory.context(reason=form.cleaned_data["reason"]):
            super().save_model(request, obj, form, change)


@admin.register(Statistic)
class StatisticAdmin(Reference):
    path = "unit__path"
    removable = True
    list_display = ("unit", "year", "code", "numerator", "denominator", "source", "as_of")
    list_filter = ("year", "code")
    list_select_related = ("unit",)
    search_fields = ("unit__name_key", "unit__code", "code")
    autocomplete_fields = ("unit",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, as_kept(search_term))

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        holder = commune_holding(obj.unit)
        counted = [(obj.year, holder.path)] if holder.kind == Kind.COMMUNE else []
        transaction.on_commit(lambda: reassess.enqueue([obj.unit.path], counted))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(lambda: reassess.enqueue([obj.unit.path]))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        paths = sorted(set(queryset.values_list("unit__path", flat=True)))
        super().delete_queryset(request, queryset)
        transaction.on_commit(lambda: reassess.enqueue(paths))


@admin.register(Duty)
class DutyAdmin(Reference):
    """Who of a steering committee answers for what; administrators keep it for their own units."""

    path = "unit__path"
    removable = True
    of_criterion = named("criterion")
    list_display = ("unit", "of_criterion", "post", "user")
    list_filter = (("criterion__criteria_set", Related),)
    list_select_related = ("unit", "criterion", "user")
    search_fields = ("post", "unit__name_key")
    autocomplete_fields = ("unit", "criterion")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request) and (obj is None or self.get_queryset(request).filter(pk=obj.pk).exists())

    has_delete_permission = has_change_permission

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = manageable(request)
        if db_field.name == "unit" and not request.user.is_superuser:
            kwargs["queryset"] = Unit.objects.filter(viewer_of_request(request).within("path"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Terrain)
class TerrainAdmin(ReadOnly):
    """Rasters come in by `manage.py import_terrain`, which looks at them first."""

    list_display = ("name", "epsg", "resolution_m", "source", "as_of")
    exclude = ("extent",)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly):
    of_layer, by = coded("layer", LAYER_TITLES, NAMES["layer"]), named("user")
    list_display = ("started_at", "of_layer", "file_name", "by", "state", "done", "total")
    list_filter = (titled("layer", LAYER_TITLES), "state")
    list_select_related = ("user",)
    search_fields = ("file_name",)
    #: The report itself is on the import's page; its findings may quote rows.
    fields = ("of_layer", "file_name", "by", "state", "started_at", "finished_at", "done", "total")
    readonly_fields = ("of_layer", "by")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user__in=manageable(request))


@admin.register(PersonalRead)
class PersonalReadAdmin(ReadOnly):
    by, of_layer = named("user"), coded("layer", LAYER_TITLES, NAMES["layer"])
    put_out = coded("output", OUTPUTS, _("output"))
    list_display = ("at", "by", "of_layer", "put_out", "what", "rows")
    list_filter = (titled("layer", LAYER_TITLES), titled("output", OUTPUTS), "at")
    fields = ("at", "by", "of_layer", "put_out", "what", "rows")
    readonly_fields = ("by", "of_layer", "put_out")
    list_select_related = ("user",)
    search_fields = ("user__username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user__in=manageable(request))


# The role decides what one may do, and what background work was given is no reference data.
for foreign in (User, Group, DBTaskResult):
    admin.site.unregister(foreign)


admin.site.register(User, PersonAdmin)
admin.site.site_header = _("gis·ntm: reference data")
admin.site.site_title = _("gis·ntm: reference data")
admin.site.index_title = _("Reference data")
admin.site.has_permission = is_administrator  # type: ignore[method-assign]
