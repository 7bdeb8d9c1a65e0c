"""`/field/`: the field app's shell. It holds nothing of anybody, so a phone may keep it and open it unasked.

The page, its words, its service worker and its manifest belong together, each in one language that the address
names: a worker asks without the cookie or the header that chose the page's. The worker keeps the page under the
version that the page's header names, and refuses to be installed where the two differ (a server between versions).
"""

import json
from hashlib import blake2b

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from gis_ntm.shell import Shell, shell

ENTRY = "layers/js/field/main.js"
WORKER = "layers/js/field/pwa/worker.js"
STYLES = ("npm/leaflet/dist/leaflet.css", "layers/tokens.css", "layers/page.css", "layers/field.css")
ICONS = {"layers/icon.svg": "any", "layers/field-192.png": "192x192", "layers/field-512.png": "512x512"}
VERSION_HEADER = "Shell-Version"
TEMPLATE = "field/app.html"


@require_safe
@never_cache
def field_app(request: HttpRequest) -> HttpResponse:
    with override(language_of(request)):
        response = render(request, TEMPLATE, page_context())
        response[VERSION_HEADER] = shell_version()
        response["Content-Language"] = get_language()
    return response


@require_safe
@never_cache
def field_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker: the list of what to keep, and the script that keeps it."""
    language = language_of(request)
    with override(language):
        kept = {
            "version": shell_version(),
            "header": VERSION_HEADER,
            "page": reverse("field"),
            "source": f"{reverse('field')}?lang={language}",
            "files": [
                reverse("field_words", args=[language]),
                reverse("field_manifest", args=[language]),
                *static_shell().urls,
            ],
        }
    script = f"self.SHELL = {json.dumps(kept)};\nimportScripts({json.dumps(static(WORKER))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
@never_cache
def field_words(request: HttpRequest, language: str) -> HttpResponse:
    """Return the scripts' words in one language."""
    with override(language):
        return HttpResponse(words(), content_type="text/javascript; charset=utf-8")


@require_safe
@never_cache
def field_manifest(request: HttpRequest, language: str) -> HttpResponse:
    home = reverse("field")
    with override(language):
        manifest = {
            "id": home,
            "name": _("Field work · gis·ntm"),
            "short_name": _("Field work"),
            "lang": language,
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#faf8f3",
            "theme_color": "#0f5e4d",
            "icons": [
                {"src": static(name), "sizes": sizes, "purpose": "any" if sizes == "any" else "any maskable"}
                for name, sizes in ICONS.items()
            ],
        }
    return JsonResponse(manifest, content_type="application/manifest+json")


def language_of(request: HttpRequest) -> str:
    """Return the language that the address names, else the reader's."""
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else (get_language() or settings.LANGUAGE_CODE)


def static_shell() -> Shell:
    return shell((ENTRY,), (WORKER, *STYLES, *ICONS))


def page_context() -> dict[str, object]:
    """Return what the page is rendered with, in the active language."""
    worker = f"{reverse('field_worker')}?lang={get_language()}"
    return {"entry": ENTRY, "styles": STYLES, "start": {"worker": worker, "scope": reverse("field")}}


def shell_version() -> str:
    """Return a hash of all that the phone keeps, in the active language: files, page and words."""
    version = blake2b(static_shell().version.encode(), digest_size=12)
    # Without a request there is no nonce, which alone differs from one rendering to the next.
    version.update(render_to_string(TEMPLATE, page_context()).encode())
    version.update(words())
    return version.hexdigest()


def words() -> bytes:
    response = JavaScriptCatalog(packages=["layers"]).get(HttpRequest())
    return response.content
