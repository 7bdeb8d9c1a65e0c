"""Templates → PDF. Nothing is fetched from anywhere; the fonts come from the product itself."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from .fonts import FACES, font
from .tokens import declarations

#: How the style sheet of documents names the product's fonts.
FONT = "font:"


class FontsOnly(URLFetcher):
    """Gives a document its fonts, and ends it at the first other address.

    A document is made on the server from what people typed in: an address that got into it must lead neither
    to the server's files nor into its network.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=[], allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        face = url.removeprefix(FONT)
        if not url.startswith(FONT) or face not in FACES:
            raise ValueError(f"a document on paper may not open {url}")
        return URLFetcherResponse(url, font(face), {"Content-Type": "font/ttf"})


def pdf(template: str, context: dict[str, Any]) -> bytes:
    """Return the document that a template makes, with its fonts in it."""
    html = render_to_string(template, {"now": timezone.localtime(), "colors": declarations(), **context})
    made: bytes = HTML(string=html, base_url="about:blank", url_fetcher=FontsOnly()).write_pdf()
    return made
