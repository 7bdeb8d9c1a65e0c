"""Django's admin, for reference data: units, criteria, statistics, terrain, members; runs and readings to look at.

Only administrators come in. Superusers keep all of it; an administrator of some units sees the units,
statistics and members of these and gives nobody more than they have. What describes households is not
here at all.
"""

from typing import Any

import pghistory
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from layers.access import Role, Viewer
from layers.models import (
    CriteriaSet,
    Criterion,
    ImportRun,
    Indicator,
    Member,
    PersonalRead,
    Statistic,
    Succession,
    Terrain,
    Threshold,
    Unit,
)


def viewer_of_request(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined]  # by ViewerMiddleware


def is_administrator(request: HttpRequest) -> bool:
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    return user.is_superuser or viewer_of_request(request).role is Role.ADMINISTRATOR


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


@admin.register(Succession)
class SuccessionAdmin(Reference):
    path = "successor__path"
    removable = True
    list_display = ("predecessor", "successor", "on", "whole", "source")
    list_select_related = ("predecessor", "successor")
    autocomplete_fields = ("predecessor", "successor")


@admin.register(CriteriaSet)
class CriteriaSetAdmin(Reference):
    list_display = ("code", "name", "legal_basis", "first_year", "last_year")


@admin.register(Criterion)
class CriterionAdmin(Reference):
    list_display = ("number", "name_vi", "group_vi", "criteria_set")
    list_filter = ("criteria_set",)
    list_select_related = ("criteria_set",)
    search_fields = ("name_vi", "name_en")


@admin.register(Indicator)
class IndicatorAdmin(Reference):
    list_display = ("code", "part", "name_vi", "comparator", "unit", "measure", "verified", "criterion")
    list_filter = ("criterion__criteria_set", "verified", "measure")
    list_select_related = ("criterion",)
    search_fields = ("code", "name_vi", "name_en")
    autocomplete_fields = ("criterion",)


class WithReason(forms.ModelForm):
    reason = forms.CharField(
        label=_("reason for the change"),
        max_length=300,
        help_text=_("Kept in the history, with your name and the time."),
    )


@admin.register(Threshold)
class ThresholdAdmin(Reference):
    """A threshold decides what is met: each change says why."""

    form = WithReason
    removable = True
    list_display = ("indicator", "value", "region", "province_code", "first_year", "verified", "source")
    list_filter = ("verified", "region", "first_year", "indicator__criterion__criteria_set")
    list_select_related = ("indicator",)
    search_fields = ("indicator__code", "indicator__name_vi", "source")
    autocomplete_fields = ("indicator",)

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


@admin.register(Terrain)
class TerrainAdmin(ReadOnly):
    """Rasters come in by `manage.py`, which checks them."""

    list_display = ("name", "epsg", "resolution_m", "source", "as_of")
    exclude = ("extent",)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly):
    list_display = ("started_at", "layer", "file_name", "user", "state", "done", "total")
    list_filter = ("layer", "state")
    list_select_related = ("user",)
    search_fields = ("file_name",)
    #: The report itself is on the import's page; its findings may quote rows.
    fields = ("layer", "file_name", "user", "state", "started_at", "finished_at", "done", "total")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user__in=manageable(request))


@admin.register(PersonalRead)
class PersonalReadAdmin(ReadOnly):
    list_display = ("at", "user", "layer", "output", "what", "rows")
    list_filter = ("layer", "output", "at")
    list_select_related = ("user",)
    search_fields = ("user__username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user__in=manageable(request))


def manageable(request: HttpRequest) -> QuerySet[User]:
    """Return the users that an administrator is over: those bound to units of theirs and to no other."""
    users = User.objects.all()
    if request.user.is_superuser:
        return users
    bound = Member.units.through.objects.filter(member__user=OuterRef("pk"))
    outside = bound.exclude(viewer_of_request(request).within("unit__path"))
    return users.filter(Exists(bound), ~Exists(outside), is_superuser=False)


class MemberForm(forms.ModelForm):
    """Role and units of a user; `units` are checked, not just offered, against the administrator's own."""

    viewer: Viewer | None = None

    def clean_units(self) -> QuerySet[Unit]:
        units: QuerySet[Unit] = self.cleaned_data["units"]
        if self.viewer is not None and not all(self.viewer.covers(unit.path) for unit in units):
            raise ValidationError(_("You can only bind users to your own units."))
        return units


class MemberInline(admin.StackedInline):
    model = Member
    form = MemberForm
    autocomplete_fields = ("units",)
    can_delete = False
    min_num = 1

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        own = None if request.user.is_superuser else viewer_of_request(request)
        kwargs["form"] = type("MemberForm", (MemberForm,), {"viewer": own})
        return super().get_formset(request, obj, **kwargs)


class PersonCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email")


# The role decides what one may do, and what background work was given is no reference data.
for foreign in (User, Group, DBTaskResult):
    admin.site.unregister(foreign)


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Users with their role and units; Django's own permissions are not used."""

    add_form = PersonCreationForm
    inlines = (MemberInline,)
    list_display = ("username", "last_name", "first_name", "role", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "member__role")
    list_select_related = ("member",)
    filter_horizontal = ()
    add_fieldsets = (
        (None, {"fields": ("username", "last_name", "first_name", "email", "password1", "password2", "is_staff")}),
    )
    readonly_fields = ("last_login", "date_joined")

    @admin.display(description=_("role"))
    def role(self, user: User) -> str:
        member = getattr(user, "member", None)
        return member.get_role_display() if member else "–"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        status = ("is_active", "is_staff", "is_superuser") if request.user.is_superuser else ("is_active", "is_staff")
        return (
            (None, {"fields": ("username", "password")}),
            (_("Person"), {"fields": ("last_name", "first_name", "email")}),
            (_("Access"), {"fields": status, "description": _("“Staff” opens this site to administrators.")}),
            (_("Dates"), {"fields": ("last_login", "date_joined")}),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(pk__in=manageable(request).values("pk"))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        # Django's own leaves the inlines out where a user is added; a user without units is nobody's.
        return admin.ModelAdmin.get_inline_instances(self, request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request) and (obj is None or manageable(request).filter(pk=obj.pk).exists())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Who leaves is made inactive: history and records of readings keep their name.
        return False


admin.site.site_header = _("gis·ntm: reference data")
admin.site.site_title = _("gis·ntm: reference data")
admin.site.index_title = _("Reference data")
admin.site.has_permission = is_administrator  # type: ignore[method-assign]
