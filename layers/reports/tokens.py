"""The product's own static files, and the colours that its style sheet names, for what is drawn on paper."""

import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

TOKEN = re.compile(r"(--[\w-]+):\s*(#[0-9a-f]{6})\b")


def static_file(name: str) -> Path:
    """Return where a static file is: beside its source here, collected on a server. It may not exist."""
    return Path(str(finders.find(name) or staticfiles_storage.path(name)))


@lru_cache(maxsize=1)
def _colors() -> dict[str, str]:
    return dict(TOKEN.findall(static_file("layers/tokens.css").read_text(encoding="utf-8")))


def declarations() -> str:
    """Return all colours as CSS declares them."""
    return ";".join(f"{token}:{value}" for token, value in _colors().items())


def color(token: str) -> str:
    """Return what a token such as "--met" stands for, as on the screen; KeyError where there is none."""
    return _colors()[token]
