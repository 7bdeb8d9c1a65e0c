"""Somebody who is signed in, for the servers of benchmarks."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore

from layers.models import Member, Unit


def signed_in(role: str, unit: Unit) -> tuple[User, str]:
    """Make a user with a role in a unit; return it with the cookie of its session."""
    user = User.objects.create_user(f"bench-{role}")
    Member.objects.create(user=user, role=role).units.add(unit)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return user, f"sessionid={session.session_key}"
