"""Standing repairs of the network as arrays, by the number of the road row they are about."""

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB

from layers.models import NetworkRepair, RepairKind
from layers.models.network import LINKING
from layers.planning.arrays import Ints, bools, ints
from layers.planning.network.repairs import Repairs

from .region import Region
from .roads import Roads


def read_repairs(region: Region, roads: Roads) -> tuple[Repairs, Ints]:
    """Return the standing repairs of these roads, and the ids of those that link, in the order of `Repairs.line`."""
    number = {pk: place for place, pk in enumerate(roads.pk.tolist())}
    standing = NetworkRepair.objects.standing().annotate(shape=AsWKB("link"))
    rows = [
        (kind, number[road], shape, pk)
        for pk, kind, road, shape in standing.values_list("pk", "kind", "road_id", "shape")
        if road in number
    ]
    links = [row for row in rows if row[0] in LINKING]
    shapes = shapely.from_wkb([bytes(row[2]) for row in links])
    repairs = Repairs(
        dropped=ints([line for kind, line, _shape, _pk in rows if kind == RepairKind.DROP]),
        separated=ints([line for kind, line, _shape, _pk in rows if kind == RepairKind.BRIDGE]),
        line=ints([row[1] for row in links]),
        link=region.metres.project(np.asarray(shapes, dtype=object)),
        moved=bools([row[0] == RepairKind.SNAP for row in links]),
    )
    return repairs, ints([row[3] for row in links])
