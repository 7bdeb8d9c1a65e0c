"""Users with their role and units, and which of them an administrator is over."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.access import Role, Viewer
from layers.models import Member, Unit


def viewer_of_request(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined]  # by ViewerMiddleware


def is_administrator(request: HttpRequest) -> bool:
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    return user.is_superuser or viewer_of_request(request).role is Role.ADMINISTRATOR


def manageable(request: HttpRequest) -> QuerySet[User]:
    """Return the users that an administrator is over: those bound to units of theirs and to no other."""
    if request.user.is_superuser:
        return User.objects.all()
    return User.objects.filter(member__in=Member.objects.under(viewer_of_request(request), everybody=False))


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
