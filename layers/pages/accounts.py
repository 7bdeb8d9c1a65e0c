"""Signing in, signing out, changing one's password; what somebody sees who has tried too often."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.errors import TooMany
from layers.http import answer, for_machine


class SignIn(LoginView):
    template_name = "registration/login.html"
    redirect_authenticated_user = True


class ChangePassword(PasswordChangeView):
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("map")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, _("Your password has been changed. Other devices have been signed out."))
        return super().form_valid(form)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """Answer somebody who failed to sign in LOGIN_FAILURES times: wait, or ask an administrator."""
    minutes = settings.LIMITS["LOGIN_WAIT_MINUTES"]
    if for_machine(request):
        error = TooMany(gettext_lazy("Too many failed attempts. Wait %(minutes)s minutes."), minutes=minutes)
        error.retry_after = minutes * 60
        return answer(request, error)
    context = {"minutes": minutes, "failures": settings.LIMITS["LOGIN_FAILURES"]}
    refusal = render(request, "registration/locked_out.html", context, status=429)
    refusal["Retry-After"] = str(minutes * 60)
    return refusal
