"""What a map layer declares about itself; everything that serves, imports, exports or checks reads this.

A field that is not declared here is neither shown, nor searched, nor exported, by anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Aggregate, Model, QuerySet
from django.utils.functional import Promise

from layers.access import Audience, Viewer

Text = str | Promise


@dataclass(frozen=True)
class Field:
    """One attribute of a layer.

    `name` is the ORM path or annotation on `Layer.rows`; `source` are column headings that an import
    recognises, compared without case, diacritics and punctuation; `tile` puts it into vector tiles;
    `personal` says that it describes a person; `unit` is the unit of measure; `choices` are given where
    the value is not a model field with choices of its own. A field that is not `stored` is derived and is
    neither imported nor edited.
    """

    name: str
    title: Text
    source: tuple[str, ...] = ()
    tile: bool = False
    personal: bool = False
    required: bool = False
    stored: bool = True
    unit: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class Overview:
    """What stands for the rows where the map is too small to draw them: totals per unit that add up.

    `values` are aggregates over the rows; those named in `secret` count people and are hidden from those
    not entitled where they are small.
    """

    values: Mapping[str, Aggregate]
    titles: Mapping[str, Text]
    secret: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mark:
    """How rows with one value of the style's field are drawn and named in the legend.

    `color` names a design token; `shape` is a point's sign; `dash` a line's pattern in pixels; `width` a
    line's width or a point's diameter in pixels. Marks differ in more than colour.
    """

    value: str
    title: Text
    color: str
    width: float = 2
    dash: tuple[int, ...] = ()
    shape: str = "circle"
    pattern: str = ""


@dataclass(frozen=True)
class Style:
    """`by` is the tile field whose value selects the mark; "" draws every row with the first mark."""

    by: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Dated:
    """A fact that holds from a year on: where `field` became one of `values`, `year` says since when. Without it the
    fact would hold for every year, those before it came about among them."""

    field: str
    values: frozenset[object]
    year: str


@dataclass(frozen=True)
class Layer:
    """One map layer.

    `rows(viewer, year)` are the rows that this viewer may see, as they stood at the end of that year, with
    every declared field available; no other module decides that. `everyone(year)` stands for all rows, one for
    each, with what the overview adds up; for totals only. `geometry` is POINT, LINESTRING, MULTIPOLYGON.
    `zooms` are those where rows themselves are drawn; below them the `overview` is. `tables` are the stores
    whose change makes a tile outdated. `key` are the stored fields that identify a row on import.
    `begins` is the field with the year since which a row is there, `dated` are its facts with a year of their own:
    whoever edits says these years, or that the record was wrong for all years.
    """

    slug: str
    title: Text
    model: type[Model]
    geometry: str
    audience: Audience
    rows: Callable[[Viewer, int], QuerySet]
    everyone: Callable[[int], QuerySet]
    fields: tuple[Field, ...]
    zooms: range
    style: Style
    tables: tuple[str, ...]
    overview: Overview | None = None
    geometry_field: str = "geom"
    path: str = "unit__path"
    label: str = "name"
    key: tuple[str, ...] = ("key",)
    editable: bool = True
    importable: bool = True
    on_by_default: bool = False
    defaults: Mapping[str, object] = field(default_factory=dict)
    begins: str = ""
    dated: tuple[Dated, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)

    @property
    def in_tiles(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields if f.tile)

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)
