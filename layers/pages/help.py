"""`/help/`: what the product shows and how to use it, in the language of the page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    template = "help/en.html" if (get_language() or "vi").startswith("en") else "help/vi.html"
    return render(request, template, {"small": settings.LIMITS["SMALL_COUNT"]})
