"""A siting study in sentences: the one that answers first, then each alternative, then what was assumed."""

from typing import Any

from django.utils.translation import gettext as _

from layers.mapserver.values import number
from layers.models.siting import SiteKind
from layers.reports.amounts import length, money

from . import words
from .seen import Seen


def headline(seen: Seen) -> str:
    """Return the sentence that answers first."""
    chosen = seen.alternatives[seen.chosen]
    new = sum(site.get("kilns", 1) for site in chosen["sites"] if site["new"])
    told = {
        "money": money(chosen["capital_vnd"]),
        "new": number(new),
        "served": number(chosen["served"]),
        "all": number(seen.result["households"]),
        "total": money(chosen["total_vnd"]),
        "years": number(int(seen.study.options["figures"]["years"])),
    }
    if seen.study.kind == SiteKind.KILN:
        return _("%(money)s for %(new)s kilns: %(served)s of %(all)s households share one") % told
    if seen.study.kind == SiteKind.COLLECTION:
        return _("%(money)s for %(new)s collection points: %(served)s of %(all)s households within reach") % told
    if new:
        return _("%(new)s new incinerators pay: %(total)s in %(years)s years") % told
    return _("Hauling to the existing plant is cheapest: %(total)s in %(years)s years") % told


def heading(seen: Seen) -> str:
    study = seen.study
    return f"{words.kind(study.kind)} · {seen.inputs.unit['name']} · {study.year}: {headline(seen)}"


def certainty(one: dict[str, Any]) -> str:
    """Return how sure an alternative is the best of its kind."""
    if one["code"] in ("existing", "haul") or not one["feasible"]:
        return ""
    if one["optimal"]:
        return _("proven best")
    return _("at most %(gap)s %% from the best") % {"gap": number(round(100 * one["gap"], 2))}


def alternative_lines(seen: Seen) -> list[str]:
    """Return one line for each alternative, as `manage.py` prints them."""
    found = []
    for one in seen.alternatives:
        if not one["feasible"]:
            found.append(f"- {one['title']}: {one['why']}")
            continue
        found.append(f"- {one['title']}: {' · '.join(_parts(seen, one))}")
    return found


def running(seen: Seen, one: dict[str, Any]) -> str:
    """Return what an alternative costs in a year; that it is not known, rather than nothing, where it is not."""
    if one["code"] != "haul" and any(site["new"] for site in one["sites"]) and not one["yearly_vnd"]:
        return _("running cost not known, not counted")
    return _("%(money)s a year") % {"money": money(one["yearly_vnd"])}


def _parts(seen: Seen, one: dict[str, Any]) -> list[str]:
    served = {"served": number(one["served"]), "all": number(seen.result["households"])}
    parts = [
        _("build %(money)s") % {"money": money(one["capital_vnd"])},
        running(seen, one),
        _("%(served)s of %(all)s households") % served,
    ]
    if one["farthest_m"] is not None:
        parts.append(_("farthest %(way)s") % {"way": length(one["farthest_m"])})
    if one["downwind"] is not None:
        parts.append(_("%(count)s persons downwind") % {"count": number(one["downwind"])})
    return [*parts, *filter(None, [certainty(one)])]


def remarks(seen: Seen) -> list[str]:
    """Return what has to be known beside the numbers: what does not comply, was not judged, was assumed."""
    found = [str(words.NOT_COMPLIANT)] if seen.study.kind == SiteKind.KILN else []
    found += [words.unchecked(one) for one in seen.result["unchecked"]]
    found += notes(seen)
    found += [f"{words.asked_by(rule)} ({words.standing_of(rule)})" for rule in seen.rules]
    assumed = ", ".join(figure_text(one) for one in seen.figures if not one["verified"])
    found.append(_("Assumed: %(figures)s.") % {"figures": assumed})
    return found


def figure_text(one: dict[str, Any]) -> str:
    return f"{one['title']} {number(one['value'])} {one['unit']}".strip()


def notes(seen: Seen) -> list[str]:
    """Return what the numbers of the alternatives say beside their columns."""
    one = next((a for a in seen.result["alternatives"] if a["code"] == "all"), None)
    found = []
    if seen.study.kind == SiteKind.KILN and one is not None:
        told = {name: number(value) for name, value in one["numbers"].items()}
        found.append(
            _(
                "%(already)s households are served by kilns that exist; %(alone)s live too far from neighbours to "
                "share one; for %(nowhere)s groups no place keeps the rules."
            )
            % told
        )
        found.append(_upkeep(seen))
    fair = next((a for a in seen.alternatives if a["code"] == "fair" and a["feasible"]), None)
    if fair is not None:
        found.append(
            _(
                "The farthest way is that of all households, those out of reach among them. “%(title)s” builds as many "
                "points as the alternative above it, makes that way least, and then serves the most households."
            )
            % {"title": fair["title"]}
        )
    haul = next((a for a in seen.result["alternatives"] if a["code"] == "haul" and a["feasible"]), None)
    if haul is not None:
        hamlets = sum(count > 0 for count in haul["by_hamlet"])
        estimated = hamlets - haul["numbers"]["by_road"]
        if estimated:
            found.append(
                _("For %(count)s of %(all)s hamlets no road to the plant is known: the straight line is lengthened.")
                % {"count": number(int(estimated)), "all": number(hamlets)}
            )
    return found


def _upkeep(seen: Seen) -> str:
    upkeep = seen.study.options["figures"].get("kiln_vnd_year", 0)
    if not upkeep:
        return _("What kilns cost to run is not known and not counted: the sums favour them over hauling.")
    return _("A kiln is assumed to need %(money)s of upkeep a year; the work of its households is not counted.") % {
        "money": money(upkeep)
    }
