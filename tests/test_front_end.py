"""The scripts of the page hold together: every import resolves, every word has its Vietnamese."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from gis_ntm.modules import tree
from gis_ntm.static import MODULES, THIRD_PARTY

SCRIPTS = Path(settings.BASE_DIR) / "layers" / "static" / "layers" / "js"
FILES = sorted(SCRIPTS.rglob("*.js"))
TEXT = r'"((?:[^"\\]|\\.)*)"'
LONGEST = 300


@pytest.mark.parametrize("path", THIRD_PARTY)
def test_third_party_files_are_found_under_their_names(path: str) -> None:
    assert finders.find(f"npm/{path}")


def test_nothing_else_of_node_modules_is_served() -> None:
    for path in ("npm/leaflet/package.json", "npm/../package.json", "npm/lighthouse/package.json"):
        assert not finders.find(path)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SCRIPTS)))
def test_every_import_resolves(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for name in re.findall(r"""^import\b(?:[^;"']*?\bfrom)?\s*["']([^"']+)["'];""", text, re.M):
        assert (file.parent / name).is_file() if name.startswith(".") else name in MODULES
    assert text.count("\n") <= LONGEST


def test_no_imports_go_in_a_circle() -> None:
    """A hashed name depends on the content, which holds the names of what is imported: a circle has no beginning."""
    imports = {
        file: [(file.parent / name).resolve() for name in re.findall(r'\bfrom\s*"(\.[^"]+)"', file.read_text("utf-8"))]
        for file in FILES
    }
    while leaves := [file for file, names in imports.items() if not set(names) & set(imports)]:
        for leaf in leaves:
            del imports[leaf]
    assert not imports


def test_the_page_loads_its_tree_at_once_and_the_editor_only_when_somebody_edits() -> None:
    names = tree("layers/js/main.js")
    assert "layers/js/map/renderer.js" in names
    assert "npm/protomaps-leaflet/dist/esm/index.js" in names
    assert "npm/quickselect/index.js" in names, "what third-party modules import is loaded as well"
    assert not [name for name in names if "geoman" in name or "/edit/" in name]


def spoken() -> set[tuple[str, str]]:
    """Return every message of the scripts with its context."""
    found = set()
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        found |= {("", message) for message in re.findall(rf"\bn?gettext\(\s*{TEXT}", text)}
        found |= set(re.findall(rf"\bpgettext\(\s*{TEXT},\s*{TEXT}", text))
    return found


def translated(po: Path) -> dict[tuple[str, str], str]:
    entries = {}
    for block in po.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        last = ""
        for line in block.splitlines():
            keyword = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[0\])?) (".*")', line)
            if keyword:
                last = keyword[1].removesuffix("[0]")
                fields[last] = ast.literal_eval(keyword[2])
            elif line.startswith('"'):
                fields[last] += ast.literal_eval(line)
        if fields.get("msgid"):
            entries[(fields.get("msgctxt", ""), fields["msgid"])] = fields["msgstr"]
    return entries


PO = Path(settings.BASE_DIR) / "layers" / "locale" / "vi" / "LC_MESSAGES" / "djangojs.po"


def test_every_word_of_the_scripts_has_its_vietnamese() -> None:
    known = translated(PO)
    assert len(spoken()) > 80
    assert not {message for message in spoken() if not known.get((message[0], ast.literal_eval(f'"{message[1]}"')))}


def test_placeholders_are_named_alike_in_both_languages() -> None:
    names = re.compile(r"%\((\w+)\)s")
    for (_context, message), text in translated(PO).items():
        assert set(names.findall(message)) == set(names.findall(text)), message


def test_the_catalogue_compiles(tmp_path: Path) -> None:
    subprocess.run(["msgfmt", "--check-format", "-o", tmp_path / "djangojs.mo", PO], check=True)
