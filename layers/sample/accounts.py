"""Somebody to sign in as, for each role. Made only where DEBUG is on; passwords are random and shown once."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model

from layers.access import Role
from layers.models import Member, Unit

from .facts import MARK

#: User name, role, and the code of the unit it is bound to.
ACCOUNTS = (
    # Files of the province name its own unit; who imports them is bound to it.
    ("quantri", Role.ADMINISTRATOR, "06"),
    ("lanhdao", Role.LEADER, "058"),
    ("quyhoach", Role.PLANNER, "058"),
    ("quyhoach-nt", Role.PLANNER, "01852"),
    ("quyhoach-dq", Role.PLANNER, "01849"),
    ("thucdia", Role.FIELD, "01849"),
    ("khach", Role.GUEST, "058"),
)


def make_accounts() -> list[tuple[str, str, str]]:
    """Make (or renew) a user for each role and return name, role and password; none where DEBUG is off."""
    if not settings.DEBUG:
        return []
    made = []
    for name, role, code in ACCOUNTS:
        password = secrets.token_urlsafe(9)
        user, _ = get_user_model().objects.get_or_create(username=name)
        user.set_password(password)
        # The administrator also keeps the reference data in Django's admin.
        user.is_staff = user.is_superuser = role is Role.ADMINISTRATOR
        user.save()
        member, _ = Member.objects.update_or_create(user=user, defaults={"role": role.value})
        member.units.set(Unit.objects.filter(code=code, source__startswith=MARK, valid_to__isnull=False))
        made.append((name, role.value, password))
    return made
