"""The files that are read at all: told by their suffix, and by whether their content agrees with it.

GDAL opens what it recognises whatever its name, including formats that fetch remote files. So nothing
reaches it before its first bytes have been looked at here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from layers.errors import Refused

HEAD = 4096


@dataclass(frozen=True)
class Format:
    """`agrees` looks at the first bytes; `beside` are suffixes of files that belong to it."""

    name: str
    suffixes: tuple[str, ...]
    reader: str
    agrees: Callable[[bytes], bool]
    beside: tuple[str, ...] = ()


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


def _holds(*words: bytes) -> Callable[[bytes], bool]:
    def agrees(head: bytes) -> bool:
        lower = head.lower()
        # An entity declaration is how XML reaches for other files and for all the memory there is.
        return any(word in lower for word in words) and b"<!entity" not in lower and b"<ogrvrt" not in lower

    return agrees


def _text(head: bytes) -> bool:
    return bool(head.strip()) and b"\0" not in head


def _json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


FORMATS = (
    Format("GeoPackage", (".gpkg",), "vector", _starts(b"SQLite format 3\0")),
    Format("Shapefile", (".shp",), "vector", _starts(b"\0\0\x27\x0a"), (".shx", ".dbf", ".cpg", ".prj")),
    Format("GeoJSON", (".geojson", ".json"), "vector", _json),
    Format("FlatGeobuf", (".fgb",), "vector", _starts(b"fgb")),
    Format("KML", (".kml",), "vector", _holds(b"<kml", b":kml")),
    Format("GPX", (".gpx",), "vector", _holds(b"<gpx", b":gpx")),
    Format("MapInfo TAB", (".tab",), "vector", _holds(b"!table"), (".dat", ".map", ".id", ".ind")),
    Format("MapInfo MIF", (".mif",), "vector", _holds(b"version"), (".mid",)),
    Format("DXF", (".dxf",), "vector", lambda head: b"SECTION" in head or head.startswith(b"AutoCAD Binary DXF")),
    Format("DGN", (".dgn",), "vector", _starts(b"\x08\x05\x17\0", b"\xc8\x05\x17\0", b"\x08\x09\xfe\x02")),
    Format("CSV", (".csv", ".txt", ".tsv"), "csv", _text),
    Format("Excel", (".xlsx", ".xlsm"), "sheet", _starts(b"PK\x03\x04")),
    Format("Excel 97", (".xls",), "sheet", _starts(b"\xd0\xcf\x11\xe0")),
    Format("OpenStreetMap", (".pbf",), "osm", lambda head: b"OSMHeader" in head[:64]),
)  # fmt: skip
ARCHIVES = (".zip", ".kmz")
BY_SUFFIX = {suffix: form for form in FORMATS for suffix in form.suffixes}
#: Everything an archive may hold that is worth unpacking.
KNOWN = frozenset(BY_SUFFIX) | {suffix for form in FORMATS for suffix in form.beside}


def recognise(path: Path, name: str) -> Format:
    """Return the format of a file, which its user calls `name`, or say why it is none."""
    form = BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        raise Refused(
            _("“%(file)s” is not a kind of file that can be imported. Those are: %(suffixes)s."),
            file=name,
            suffixes=", ".join(sorted((*BY_SUFFIX, *ARCHIVES))),
        )
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not form.agrees(head):
        raise Refused(
            _("“%(file)s” is called a %(format)s file but its content is something else. Export it anew."),
            file=name,
            format=form.name,
        )
    return form
