"""The version in a tile's address: what the tile was made from, and for whom.

`3-17.5f0c…` says: third state of the first table, seventeenth of the second, for the viewers of scope
`5f0c…`. A tile of one version never changes, so browsers may keep it for good. Because the scope is part
of the address, the next person at the same browser asks for other addresses and is never shown what the
browser kept for the last one. Layers that everybody sees alike have no scope.
"""

from collections.abc import Iterable
from urllib.parse import quote

from layers.access import Audience, Viewer
from layers.models import LAYERS, Layer, TableVersion


def tables(layer: Layer) -> tuple[str, ...]:
    """Return the tables whose change outdates a layer's tiles.

    Units are among them always: they decide which rows are in a viewer's areas, and where totals stand.
    """
    return tuple(dict.fromkeys((*layer.tables, "units")))


def scope(layer: Layer, viewer: Viewer) -> str:
    """Return the name of what this viewer may see of a layer; "" where that is the same for everybody."""
    return "" if layer.audience is Audience.PUBLIC else viewer.scope


def table_versions() -> dict[str, int]:
    """Return how often each table has changed; a table that never did may be missing."""
    return dict(TableVersion.objects.values_list("table_name", "version"))


def state(layer: Layer, counted: dict[str, int]) -> tuple[int, ...]:
    """Return the state of the tables that a layer's tiles are made from."""
    return tuple(counted.get(table, 0) for table in tables(layer))


def version(layer: Layer, viewer: Viewer, counted: dict[str, int]) -> str:
    """Return a layer's version for a viewer, given what `table_versions` returned."""
    states = "-".join(map(str, state(layer, counted)))
    return ".".join(filter(None, (states, scope(layer, viewer))))


def versions(viewer: Viewer, layers: Iterable[Layer] = tuple(LAYERS.values())) -> dict[str, str]:
    """Return the present version of each layer by slug, for one viewer, in one query."""
    counted = table_versions()
    return {layer.slug: version(layer, viewer, counted) for layer in layers}


def tile_template(layer: Layer, version: str, year: int) -> str:
    """Return the address of a layer's tiles with {z}, {x} and {y} to be filled in."""
    return f"/tiles/{quote(layer.slug)}/{version}/{year}/{{z}}/{{x}}/{{y}}.mvt"
