"""What an app that opens without a network is made of: every file of its shell, and one name for them all.

The service worker keeps exactly these files. Their version is a hash of their content, so that a change of
any of them is a new version, and nothing else is.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static

from gis_ntm.modules import npm, tree
from gis_ntm.static import FONTS


@dataclass(frozen=True)
class Shell:
    """`urls` are addresses of static files; `version` changes with the content of any of them."""

    urls: tuple[str, ...]
    version: str


def shell(entries: tuple[str, ...], others: tuple[str, ...]) -> Shell:
    """Return the shell of the modules that `entries` import, directly or not, with other static files and the fonts."""
    return build(entries, others) if settings.DEBUG else build_once(entries, others)


def build(entries: tuple[str, ...], others: tuple[str, ...]) -> Shell:
    modules = (name for entry in entries for name in tree(entry))
    names = tuple(dict.fromkeys((*modules, *others, *(npm(font) for font in FONTS))))
    version = blake2b(digest_size=12)
    for name in names:
        version.update(name.encode())
        version.update(content(name))
    return Shell(tuple(static(name) for name in names), version.hexdigest())


build_once = lru_cache(maxsize=4)(build)


def content(name: str) -> bytes:
    found = finders.find(name) or staticfiles_storage.path(name)
    return Path(str(found)).read_bytes()
