"""Template tags for native ES modules: the import map, and what a page's entry module will ask for."""

import json
import re
from functools import lru_cache
from pathlib import Path, PurePosixPath
from posixpath import normpath

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Library
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from gis_ntm.static import MODULES, NodeModulesFinder

register = Library()

#: A static import; `import(…)` is left out, since what is loaded on demand shall not be loaded before.
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*["']([^"']+)["']""")


@register.simple_tag
def importmap() -> SafeString:
    """Return the import map: what each bare name stands for, by its hashed address."""
    imports = {name: static(npm(path)) for name, path in MODULES.items()}
    text = json.dumps({"imports": imports}, indent=0)
    return mark_safe(text.replace("<", "\\u003c"))  # noqa: S308  # our own names, in a script element


@register.simple_tag
def modulepreloads(entry: str) -> SafeString:
    """Return links by which the browser fetches a module's whole tree of imports at once, not step by step."""
    links = ((static(name),) for name in tree(entry))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', links)


def npm(path: str) -> str:
    return f"{NodeModulesFinder.prefix}/{path}"


@lru_cache(maxsize=32)
def tree(entry: str) -> tuple[str, ...]:
    """Return the names of all static files that a module imports, directly or not, itself first."""
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += imported_by(name)
    return tuple(found)


def imported_by(name: str) -> list[str]:
    source = finders.find(name) or staticfiles_storage.path(name)
    names = IMPORTED.findall(Path(str(source)).read_text(encoding="utf-8"))
    here = PurePosixPath(name).parent
    relative = [normpath(here / found) for found in names if found.startswith(".")]
    return relative + [npm(MODULES[found]) for found in names if found in MODULES]
