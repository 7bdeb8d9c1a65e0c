"""Who works with the product: role and units of a user, and who read personal data when."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.gis.db import models
from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext_lazy as _

from layers.access import ANONYMOUS, Role, Viewer

from .units import Succession, Unit

ROLES = (
    (Role.ADMINISTRATOR.value, _("Administrator")),
    (Role.LEADER.value, _("Leader")),
    (Role.PLANNER.value, _("Planner")),
    (Role.FIELD.value, _("Field staff")),
    (Role.GUEST.value, _("Guest")),
)


class MemberQuerySet(models.QuerySet["Member"]):
    def under(self, viewer: Viewer, everybody: bool) -> "MemberQuerySet":
        """Return those whom an administrator is over: bound to units of theirs and to no other; or all of them."""
        if everybody:
            return self
        bound = Member.units.through.objects.filter(member=OuterRef("pk"))
        outside = bound.exclude(viewer.within("unit__path"))
        return self.filter(Exists(bound), ~Exists(outside), user__is_superuser=False)


class Member(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="member")
    role = models.CharField(_("role"), max_length=14, choices=ROLES, default=Role.GUEST.value)
    units = models.ManyToManyField(Unit, verbose_name=_("units"), related_name="members")

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


def viewer_of(user: AbstractBaseUser | AnonymousUser) -> Viewer:
    """Return what a user may see. A user without an active membership is a guest bound to nothing."""
    if not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    member = (
        Member.objects.filter(user_id=user.pk).prefetch_related(Prefetch("units", Unit.objects.only("path"))).first()
    )
    if member is None:
        return Viewer(user_id=user.pk)
    paths = tuple(sorted(unit.path for unit in member.units.all()))
    return Viewer(role=Role(member.role), areas=(*paths, *predecessor_paths(paths)), user_id=user.pk)


def predecessor_paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths of former units that now lie wholly within these paths.

    Rows recorded under a code of before the reform stay readable to the officials of the new unit, but a
    unit that was divided between two successors is nobody's alone, and is left out.
    """
    viewer = Viewer(areas=paths)
    if not paths:
        return ()
    inside = Succession.objects.filter(viewer.within("successor__path"))
    outside = Succession.objects.filter(predecessor=OuterRef("pk")).exclude(viewer.within("successor__path"))
    former = (
        Unit.objects.filter(pk__in=inside.values("predecessor"))
        .exclude(Exists(outside))
        .exclude(viewer.within("path"))
        .values_list("path", flat=True)
    )
    return tuple(sorted(former))


class PersonalRead(models.Model):
    """One reading of personal data: who, when, what, how many rows. Never changed, never exported."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    layer = models.CharField(_("layer"), max_length=30)
    output = models.CharField(_("output"), max_length=20)
    what = models.CharField(_("what"), max_length=200)
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("reading of personal data")
        verbose_name_plural = _("readings of personal data")

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M} {self.layer} {self.output}"


def record_read(viewer: Viewer, layer: str, output: str, what: str, rows: int) -> None:
    """Record that a viewer was given `rows` rows of a layer of personal data; nothing is recorded for none."""
    if rows and viewer.user_id is not None:
        PersonalRead.objects.create(user_id=viewer.user_id, layer=layer, output=output, what=what[:200], rows=rows)
