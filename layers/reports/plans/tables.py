"""What a meeting asks of a plan, as the tables of its workbook: the planner's choices and their price, criteria, what
other money would buy, criteria against households. Money in million VND."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from layers.models import Plan
from layers.reports.amounts import MILLION

from .decided import decided, priced
from .figures import criteria
from .trust import turned

Rows = Iterable[tuple[Any, ...]]


def choice_heads() -> tuple[str, ...]:
    return (
        _("choice"), _("work"), _("quantity"), _("households more without it"), _("of them poor"),
        _("cost without it, change in million VND"),
    )  # fmt: skip


def choice_rows(plan: Plan) -> Rows:
    """Yield what the planner has decided, then what the plan would win without each choice, once that is known."""
    for row in decided(plan):
        yield _way(row["into"]), row["name"], row["size"]
    for row in priced(plan):
        way = _way(row["into"]) if row["into"] is not None else ""
        words = _("without: %(choice)s") % {"choice": way} if way else ""
        yield words, row["name"], row["size"], row["gained"], row["poor_gained"], row["vnd"] / MILLION


def _way(into: bool) -> str:
    return _("must be built") if into else _("leave out")


def criteria_heads() -> tuple[str, ...]:
    return (
        _("commune"), _("criterion"), _("becomes"), _("indicator"), _("now"), _("with the plan"), _("standard"),
        _("standard verified"),
    )  # fmt: skip


def criteria_rows(document: dict[str, Any]) -> Rows:
    for row in criteria(document):
        for each in row["indicators"]:
            name = f"{each['code']} {each['name']}".strip()
            yield (
                row["commune"], row["criterion"], row["said"], name, each["before"], each["after"],
                each["threshold"], _("yes") if each["verified"] else _("no"),
            )  # fmt: skip


def curve_heads() -> tuple[str, ...]:
    return _("the State's money, million VND"), _("cost, million VND"), _("households joined"), _("of them poor"), ""


def curve_rows(plan: Plan) -> Rows:
    for row in (plan.trust or {"curve": ()})["curve"]:
        gained = row["gained"]
        yield (
            row["budget"] / MILLION, row["cost"] / MILLION, gained["households"], gained["poor_households"],
            _("this plan") if row["share"] == 1.0 else "",
        )  # fmt: skip


def trade_off_heads() -> tuple[str, ...]:
    return (
        _("weight of a criterion from, per cent"), _("to, per cent"), _("turned to met"), _("households"),
        _("of them poor"), _("cost, million VND"), "",
    )  # fmt: skip


def trade_off_rows(plan: Plan) -> Rows:
    for row in (plan.trust or {"trade_off": ()})["trade_off"]:
        lightest, heaviest = (100 * weight for weight in row["weights"])
        gained = row["gained"]
        yield (
            lightest, heaviest, turned(row["turned"], plan), gained["households"], gained["poor_households"],
            row["cost"] / MILLION, _("this plan") if row["here"] else "",
        )  # fmt: skip
