"""A report on connectivity in words and as GeoJSON, for the page, for programs and for a terminal."""

from collections.abc import Iterable
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from layers.figures import number
from layers.models import Road
from layers.models.layer import Text

from .found import KINDS, Connectivity, Finding, Offer

#: Decimals of degrees: a decimetre.
DECIMALS = 6

TITLES: dict[str, Text] = {
    "near_miss": gettext_lazy("Ends that miss another road"),
    "duplicate": gettext_lazy("Roads that are there twice"),
    "overlap": gettext_lazy("Roads that run along another"),
    "crossing": gettext_lazy("Crossings taken for junctions"),
    "piece": gettext_lazy("Pieces that reach no commune centre"),
    "outdated": gettext_lazy("Repairs that fit no more"),
    "too_short": gettext_lazy("Roads too short to count"),
    "dead_end": gettext_lazy("Dead ends"),
}
OFFERS: dict[str, Text] = {
    "snap": gettext_lazy("Move the end there"),
    "join": gettext_lazy("Add the missing stretch"),
    "drop": gettext_lazy("Leave out of the network"),
    "bridge": gettext_lazy("It is a bridge"),
    "undo": gettext_lazy("Undo the repair"),
}
#: Metres below which an end lies on the other road: only what passes above or below keeps the two apart.
TOUCHING = 0.5
#: What is said of a finding; "of two" where both roads may be named.
SENTENCES: dict[str, Text] = {
    "near_miss that matters": gettext_lazy(
        "%(road)s ends %(metres)s m short; joined, %(households)s households reach a centre"
    ),
    "near_miss of two": gettext_lazy("%(road)s ends %(metres)s m short of %(other)s"),
    "near_miss": gettext_lazy("%(road)s ends %(metres)s m short of a road"),
    "near_miss that touches": gettext_lazy(
        "%(road)s ends on %(other)s, which is joined at its ends only (a bridge, a tunnel)"
    ),
    "duplicate of two": gettext_lazy("%(road)s is the same line as %(other)s"),
    "duplicate": gettext_lazy("%(road)s is there twice"),
    "overlap": gettext_lazy("%(road)s runs %(metres)s m along another road"),
    "crossing of two": gettext_lazy("%(road)s crosses %(other)s: a junction, or a bridge?"),
    "crossing": gettext_lazy("%(road)s crosses a road: a junction, or a bridge?"),
    "piece": gettext_lazy("%(km)s km of road with %(households)s households"),
    "outdated": gettext_lazy("%(road)s was redrawn after its repair"),
    "too_short": gettext_lazy("%(road)s is %(metres)s m long"),
    "dead_end": gettext_lazy("%(road)s ends here"),
}


def figures(made: Connectivity) -> dict[str, Any]:
    """Return the report's figures: lengths in metres, shares from 0 to 1."""
    refusal = made.refusal
    return {
        "unit": {"id": made.unit.pk, "code": made.unit.code, "name": str(made.unit)},
        "year": made.year,
        "tolerance_m": made.tolerance,
        "pieces": made.pieces,
        "pieces_with_centre": made.joined,
        "length_m": round(made.metres, 1),
        "length_apart_m": round(made.metres_apart, 1),
        "length_without_slope_m": round(made.level, 1),
        "households": made.households,
        "households_off_every_road": made.off,
        "households_on_pieces_without_centre": made.apart,
        "households_cut_off_in_rain": made.rained_off,
        "isolated_share": round(made.share, 4),
        "isolated_by": "length" if made.by_length else "persons",
        "communes_without_committee": made.guessed,
        "refused": refusal is not None,
        "reason": "" if refusal is None else str(refusal),
        "kinds": [{"kind": kind, "title": str(TITLES[kind]), "count": made.counts[kind]} for kind in KINDS],
    }


def headline(made: Connectivity) -> str:
    """Say the report in one sentence."""
    if not made.pieces:
        return _("No road is on record here")
    pieces = ngettext("%(pieces)s piece of road", "%(pieces)s pieces of road", made.pieces)
    words = {"pieces": number(made.pieces)}
    if made.by_length:
        apart = number(round(100 * made.share, 1))
        return _("%(what)s; %(share)s %% of the length reaches no commune centre") % {
            "what": pieces % words,
            "share": apart,
        }
    out = made.off + made.apart
    if not out:
        return _("%(what)s; every household reaches a commune centre") % {"what": pieces % words}
    return _("%(what)s; %(out)s of %(all)s households reach no commune centre") % {
        "what": pieces % words,
        "out": number(out),
        "all": number(made.households),
    }


def geojson(made: Connectivity) -> dict[str, Any]:
    """Return the report as a GeoJSON FeatureCollection with its figures beside the features."""
    names = dict(Road.objects.filter(pk__in=_ids(made.findings)).values_list("pk", "name"))
    features = [_feature(place, finding, names) for place, finding in enumerate(made.findings)]
    return {"type": "FeatureCollection", "features": features, "figures": figures(made), "headline": headline(made)}


def _ids(findings: Iterable[Finding]) -> set[int]:
    return {pk for finding in findings if finding.kind != "piece" for pk in finding.roads}


def _feature(place: int, finding: Finding, names: dict[int, str]) -> dict[str, Any]:
    # Point by point: a gap of a few centimetres stays a line, which would vanish otherwise.
    geometry = (
        None if finding.geometry is None else shapely.set_precision(finding.geometry, 10**-DECIMALS, mode="pointwise")
    )
    return {
        "type": "Feature",
        "id": place,
        "geometry": None if geometry is None else shapely.geometry.mapping(geometry),
        "properties": {
            "kind": finding.kind,
            "title": told(finding, names),
            "roads": [{"id": pk, "name": names.get(pk, "")} for pk in finding.roads if finding.kind != "piece"],
            "metres": round(finding.metres, 1),
            "joins": finding.joins,
            "households": finding.households,
            "offers": [_offer(offer, names) for offer in finding.offers],
        },
    }


def _offer(offer: Offer, names: dict[int, str]) -> dict[str, Any]:
    title = str(OFFERS[offer.kind])
    if offer.kind == "bridge" and names.get(offer.road):
        title = _("“%(road)s” is a bridge") % {"road": names[offer.road]}
    return {"kind": offer.kind, "title": title, "road": offer.road, "other": offer.other, "link": offer.link}


def told(finding: Finding, names: dict[int, str]) -> str:
    """Say a finding in one line."""
    first, second = ([named(names.get(pk, ""), pk) for pk in finding.roads] + ["", ""])[:2]
    words = {
        "road": first,
        "other": second,
        "metres": number(round(finding.metres)),
        "km": number(round(finding.metres / 1000, 2)),
        "households": number(finding.households),
    }
    known = finding.kind
    if known == "near_miss" and finding.metres < TOUCHING and second:
        known = "near_miss that touches"
    elif known == "near_miss" and finding.households:
        known = "near_miss that matters"
    elif f"{known} of two" in SENTENCES and second:
        known = f"{known} of two"
    return str(SENTENCES[known]) % words


def named(name: str, pk: int) -> str:
    return f"“{name.strip()}”" if name.strip() else _("Road %(id)s") % {"id": pk}
