"""`/accounts/areas/`: units of users that have ended: to the user whom to ask, to an administrator what to give."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from layers.access import Role
from layers.errors import Malformed, NotAllowed
from layers.models import Member
from layers.sessions import AskedRequest

from .succeeding import ended_bindings, ended_of, give, whom_to_ask


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ended_areas(request: AskedRequest) -> HttpResponse:
    """Show the reader's own ended units, and to an administrator those of the users below; give a successor."""
    if not request.user.is_authenticated:
        raise NotAllowed(_("Sign in to see the units that you are bound to."))
    administers = request.viewer.role is Role.ADMINISTRATOR or request.user.is_superuser
    if request.method == "POST":
        if not administers:
            raise NotAllowed(_("Only an administrator binds users to units."))
        return _give(request)
    mine = ended_bindings(Member.objects.filter(user=request.user))
    own = ended_of(list(mine), request.viewer, request.user.is_superuser)
    page: dict[str, Any] = {
        "own": [(one, whom_to_ask(offer.unit for offer in one.offers)) for one in own],
        "administers": administers,
    }
    if administers:
        rows = ended_bindings(Member.objects.under(request.viewer, everybody=request.user.is_superuser))
        found = Paginator(rows, settings.LIMITS["PAGE_ROWS"]).get_page(request.GET.get("page"))
        ended = ended_of(list(found), request.viewer, request.user.is_superuser)
        page |= {"rows": list(zip(found, ended, strict=True)), "found": found}
    return render(request, "registration/ended_areas.html", page)


def _give(request: AskedRequest) -> HttpResponse:
    try:
        binding, chosen = int(request.POST.get("binding", "")), [int(pk) for pk in request.POST.getlist("successor")]
    except ValueError:
        raise Malformed(_("The form was sent incomplete.")) from None
    member = give(binding, chosen, request.viewer, cast(User, request.user))
    said = _("%(user)s now works in the unit that continues the former one.")
    messages.success(request, said % {"user": member.user})
    return redirect("ended_areas")
