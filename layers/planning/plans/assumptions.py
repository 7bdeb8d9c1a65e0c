"""What a plan takes for given: values that stood in for missing ones, and defaults that nobody has confirmed."""

from typing import Any

from .question import Question
from .settings import CLASSES, Settings


def assumptions(question: Question) -> list[dict[str, Any]]:
    """Return what was assumed, each with a code, its figures, and whether it is a default that an office should put its
    own value in place of. `words.assumption` says it."""
    return [*_money(question), *_choices(question.settings), *_data(question), *_norms(question)]


def _row(code: str, default: bool, **params: Any) -> dict[str, Any]:
    return {"code": code, "default": default, "params": params}


def _money(question: Question) -> list[dict[str, Any]]:
    costs, asked = question.case.costs, question.settings
    treatments = {made.code: made for made in question.works.treatment if made is not None}
    rows = [
        _row("price", made.default, treatment=code, vnd=round(made.price)) for code, made in sorted(treatments.items())
    ]
    if not set(CLASSES) <= set(asked.community_pct):
        rows.append(_row("people_pct", True, pct=costs["split"]["people_pct"]))
    if asked.capped:
        table = costs["affordable_vnd_per_household_year"]
        each = {name: asked.affordable.get(name, table[name]) for name in ("household", "near_poor", "poor")}
        rows.append(_row("affordable", not asked.affordable, **each))
    rows.append(_row("slope_prices", True, factor=max(costs["slope_factor"]["factor"])))
    priced = sum(1 for each in question.case.facilities if each.key not in asked.prices)
    if priced:
        rows.append(_row("facility_prices", True, count=priced))
    return rows


def _choices(asked: Settings) -> list[dict[str, Any]]:
    """What is no fact but a choice of the planner's."""
    usual = Settings(())
    return [
        _row("poor_weight", asked.poor_weight == usual.poor_weight, weight=asked.poor_weight),
        _row("criterion_weight", asked.criterion_weight == usual.criterion_weight, pct=100 * asked.criterion_weight),
        *([_row("even", False, pct=100 * asked.even)] if asked.even else []),
        _row("passable", not asked.passable),
    ]


def _data(question: Question) -> list[dict[str, Any]]:
    notes, decided = question.case.notes, len(question.case.approved)
    rows = [_row("speeds", True)]
    if decided:
        rows.append(_row("approved" if question.settings.approved_built else "approved_open", False, count=decided))
    for code, whole in (
        ("unplaced", "households"),
        ("uncounted", "households"),
        ("off_network", "households"),
        ("surface_unknown", "roads"),
        ("passage_unknown", "roads"),
        ("base_unknown", "roads"),
    ):
        if notes[code]:
            rows.append(_row(code, False, count=notes[code], of=notes[whole]))
    if notes["guessed_centres"]:
        rows.append(_row("guessed_centres", False, codes=", ".join(notes["guessed_centres"])))
    if notes["slope_known"] < 1:
        rows.append(_row("slope_unknown", False, pct=round(100 * (1 - notes["slope_known"]), 1)))
    if question.isolated:
        rows.append(_row("isolated", False, pct=round(100 * question.isolated, 2)))
    if question.unpaid:
        rows.append(_row("unpaid", False, classes=", ".join(question.unpaid)))
    return rows


def _norms(question: Question) -> list[dict[str, Any]]:
    """Thresholds that nobody has confirmed, of the criteria that count."""
    doubtful = sorted(
        {
            each.code
            for each in question.case.indicators
            if not each.verified and each.criterion in question.settings.criteria
        },
        key=lambda code: [int(part) for part in code.split(".") if part.isdigit()],
    )
    return [_row("thresholds", True, codes=", ".join(doubtful))] if doubtful else []
