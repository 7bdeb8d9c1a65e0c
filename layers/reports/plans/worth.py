"""What a plan's works are worth in money, together, as its page, its paper and its workbook say it.

Read from what was kept with the plan (`planning.store.plan_worth`). It stands beside the plan: only traffic counts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers.mapserver.values import number
from layers.models import Plan
from layers.models.roads import Surface
from layers.planning.appraisal.tables import SURFACES
from layers.reports.amounts import MILLION, length, money, percent
from layers.reports.worth import TERRAIN, WORKS

Row = Mapping[str, Any]
SURFACE = {at: Surface(code).label for code, at in SURFACES.items()}


def costs_and_benefits(plan: Plan) -> dict[str, Any] | None:
    """Return what the appraisal of a plan says; None where the plan was computed before there was one."""
    found = plan.appraisal
    if found is None:
        return None
    return {
        "there": bool(found["works"]),
        "sentence": _sentence(found),
        "terms": terms(found),
        "only_traffic": _(
            "Only traffic counts here: who is cut off when it rains, and the poor, weigh nothing. It stands beside the "
            "plan and decides nothing in it."
        ),
        "npv": money(found["npv"]),
        "ratio": "–" if found["npv_per_cost"] is None else number(found["npv_per_cost"]),
        "eirr": eirr(found),
        "warning": warning(found),
        "left_out": [_left_out(reason, row) for reason, row in found["left_out"].items()],
        "inputs": list(inputs(found)),
        "busier": [_other_traffic(row) for row in _by_level(found)],
        "no_rate": any(row["eirr"] is None and row["npv"] > 0 for row in _by_level(found)),
    }


def terms(found: Row) -> str:
    return _(
        "All works in the first year, against keeping the roads as they are; %(years)d years at %(rate)s %%; the first "
        "year is not discounted. World Bank RoADS model v1.00 (2019) for Vietnamese rural roads."
    ) % {"years": found["years"], "rate": number(100 * found["rate"])}


def _sentence(found: Row) -> str:
    if not found["works"]:
        return _("None of the plan's works carries traffic that the model could appraise.")
    told = {"npv": money(abs(found["npv"])), "cost": money(found["cost"])}
    if found["npv"] < 0:
        return _("On the traffic assumed, works for %(cost)s bring %(npv)s less to traffic than they cost.") % told
    return _("On the traffic assumed, works for %(cost)s bring %(npv)s more to traffic than they cost.") % told


def eirr(row: Row) -> str:
    return "–" if row["eirr"] is None else percent(row["eirr"], 1)


def warning(row: Row) -> str:
    """Return that the rate of return may not be the only one, where that is so."""
    if row["eirr"] is None or row["sign_changes"] < 2:
        return ""
    return _("net benefits change sign %(count)d times: the EIRR may not be the only one") % {
        "count": row["sign_changes"]
    }


def _left_out(reason: str, row: Row) -> str:
    told = {"number": row["works"], "cost": money(row["cost"])}
    if reason == "facility":
        said = ngettext(
            "%(number)d facility for %(cost)s is left out: it carries no traffic.",
            "%(number)d facilities for %(cost)s are left out: they carry no traffic.",
            row["works"],
        )
    elif reason == "structure":
        said = ngettext(
            "%(number)d bridge or culvert for %(cost)s is left out: the model knows no river.",
            "%(number)d bridges or culverts for %(cost)s are left out: the model knows no river.",
            row["works"],
        )
    else:
        said = ngettext(
            "%(number)d stretch for %(cost)s is left out: its road has been hardened or removed since.",
            "%(number)d stretches for %(cost)s are left out: their roads have been hardened or removed since.",
            row["works"],
        )
    return said % told


def _by_level(found: Row) -> list[Row]:
    """Return the appraisal as assumed among those with other traffic, the quietest first."""
    return sorted([*found["busier"], {**found, "levels": 0}], key=lambda row: row["levels"])


def _other_traffic(row: Row) -> dict[str, Any]:
    levels = row["levels"]
    if levels == 0:
        said = _("as assumed")
    elif levels < 0:
        said = _("%(number)d level lower") % {"number": -levels}
    else:
        said = ngettext("%(number)d level busier", "%(number)d levels busier", levels) % {"number": levels}
    return {
        "said": said,
        "assumed": levels == 0,
        "npv": money(row["npv"]),
        "ratio": "–" if row["npv_per_cost"] is None else number(row["npv_per_cost"]),
        "eirr": eirr(row) + (" *" if warning(row) else ""),
    }


def inputs(found: Row) -> Iterator[dict[str, Any]]:
    """Yield each input of the model over all works: its title, values, unit of measure, and for how many works it is
    a default that stood in for what nobody recorded."""
    works: Sequence[Row] = found["works"]
    if not works:
        return
    yield _input(works, "length", _("length"), length(sum(row["length"] for row in works)), "")
    yield _input(works, "surface", _("surface"), _counted(works, "surface", SURFACE.__getitem__), "")
    yield _input(works, "condition", _("condition (1 very good to 5 very poor)"), _range(works, "condition"), "")
    yield _input(works, "width", _("surface width"), _range(works, "width"), "m")
    yield _input(works, "level", _("traffic (RoADS level 1 to 15)"), _range(works, "level"), "")
    yield _input(works, "aadt", _("vehicles, all kinds together"), _range(works, "vehicles"), _("a day"))
    yield _input(works, "growth", _("growth of traffic"), number(round(100 * found["growth_rate"], 1)),
                 _("percent a year"))  # fmt: skip
    yield _input(works, "iri", _("roughness (IRI)"), _range(works, "iri"), "m/km")
    yield _input(works, "terrain", _("terrain"), _counted(works, "terrain", TERRAIN.__getitem__), "")
    yield _input(works, "road_class", _("class of the model (1 to 6: I to VI, 7 to 10: A to D)"),
                 _range(works, "road_class"), "")  # fmt: skip
    # The model's own, the same for every road of the country.
    yield _whole(_("discount rate"), number(100 * found["rate"]), _("percent a year"))
    yield _whole(_("economic cost of a financial cost of 1"), number(found["economic_factor"]), "")


def _input(works: Sequence[Row], name: str, title: str, value: str, unit: str) -> dict[str, Any]:
    many = sum(name in row["defaults"] for row in works)
    if not many:
        origin = _("recorded")
    elif many == len(works):
        origin = _("default")
    else:
        origin = _("default for %(many)d of %(all)d") % {"many": many, "all": len(works)}
    return {"title": title, "value": value, "unit": unit, "default": bool(many), "origin": origin}


def _whole(title: str, value: str, unit: str) -> dict[str, Any]:
    return {"title": title, "value": value, "unit": unit, "default": True, "origin": _("of the model")}


def _range(works: Sequence[Row], name: str) -> str:
    low, high = (pick(row[name] for row in works) for pick in (min, max))
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def _counted(works: Sequence[Row], name: str, words: Callable[[int], object]) -> str:
    many = Counter(row[name] for row in works)
    if len(many) == 1:
        return str(words(next(iter(many))))
    return ", ".join(f"{words(value)} ({count})" for value, count in many.most_common())


def summary_rows(plan: Plan) -> list[tuple[Any, ...]]:
    """Return the appraisal for a workbook: what, value, unit of measure, and where the value is from."""
    said, found = costs_and_benefits(plan), plan.appraisal
    if said is None or found is None:
        return []
    rate = None if found["eirr"] is None else round(100 * found["eirr"], 2)
    return [
        (said["sentence"], None, "", ""),
        (_("cost of the works appraised"), found["cost"] / MILLION, _("million VND"), ""),
        ("NPV", found["npv"] / MILLION, _("million VND"), ""),
        (_("NPV / cost"), found["npv_per_cost"], "", ""),
        ("EIRR", rate, "%", said["warning"]),
        *((line, None, "", "") for line in said["left_out"]),
        *((one["title"], one["value"], one["unit"], one["origin"]) for one in said["inputs"]),
        *(
            (_("NPV with traffic %(traffic)s") % {"traffic": other["said"]}, row["npv"] / MILLION, _("million VND"),
             f"EIRR {other['eirr']}")
            for row, other in zip(_by_level(found), said["busier"], strict=True)
        ),
        (said["terms"], None, "", ""),
        (said["only_traffic"], None, "", ""),
    ]  # fmt: skip


def work_heads() -> tuple[str, ...]:
    return (
        _("work"), _("what is built"), _("cost, million VND"), _("length, m"), _("surface"),
        _("condition (1 very good to 5 very poor)"), _("width, m"), _("traffic (RoADS level 1 to 15)"),
        _("vehicles a day"), _("roughness, m/km"), _("terrain"), _("NPV, million VND"), _("defaults"),
    )  # fmt: skip


def work_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Yield each work of the appraisal with the inputs it was given, those that are defaults named at the end."""
    if plan.appraisal is None:
        return
    names = dict(plan.works.values_list("key", "name"))
    for read, row in zip(plan.appraisal["inputs"], plan.appraisal["works"], strict=True):
        yield (
            names.get(read["key"], ""), str(WORKS.get(read["treatment"], read["treatment"])), read["cost"] / MILLION,
            row["length"], str(SURFACE[row["surface"]]), row["condition"], row["width"], row["level"],
            row["vehicles"], row["iri"], str(TERRAIN[row["terrain"]]), row["npv"] / MILLION,
            ", ".join(str(titles()[name]) for name in row["defaults"] if name in titles()),
        )  # fmt: skip


def titles() -> dict[str, str]:
    """Return how an input is called where it is named as a default."""
    return {
        "surface": _("surface"),
        "condition": _("condition"),
        "width": _("width"),
        "level": _("traffic"),
        "iri": _("roughness"),
        "terrain": _("terrain"),
        "growth": _("growth of traffic"),
        "road_class": _("class"),
    }
