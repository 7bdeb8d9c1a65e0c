"""Yearly reviews: classes that add up to the published counts, movements derived from them, and answers."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from .facts import MARK, chance, facts
from .people import Flags, Homes, Row

POOR, NEAR, AVERAGE, BETTER = "poor", "near_poor", "average", "better"
Classes = NDArray[np.str_]


def review_rows(homes: Homes, seed: int) -> list[Row]:
    """Return every review of a commune's households; `household` is the position of the household's row."""
    classes = _classes(homes, seed)
    moves = movements(classes)
    answers = _answers(homes, classes, seed)
    rows = []
    for y, year in enumerate(facts("people")["years"]):
        for i in np.flatnonzero(homes.since <= year):
            rows.append(
                {
                    "household": int(i),
                    "unit": homes.hamlets[i].code,
                    "year": year,
                    "category": str(classes[y, i]),
                    "movement": str(moves[y, i]),
                    "source": MARK,
                    "as_of": date(year, 11, 30),
                }
                | {question: given[y][i] for question, given in answers.items()}
            )
    return rows


def _classes(homes: Homes, seed: int) -> Classes:
    """Return the class of each household in each year ("" before its first): hardship lasts, but not unchanged."""
    known, random = facts("people"), chance(seed, "classes", homes.commune)
    many = len(homes.rows)
    names = sorted({hamlet.name for hamlet in homes.hamlets})
    remote = dict(zip(names, random.normal(0, 0.35, len(names)), strict=True))
    hardship = random.normal(0, 1, many) + np.array([remote[hamlet.name] for hamlet in homes.hamlets])
    classes = np.full((len(known["years"]), many), "", dtype="U10")
    for y, year in enumerate(known["years"]):
        here = np.flatnonzero(homes.since <= year)
        now = hardship[here] + random.normal(0, 0.2, len(here))
        order = here[np.argsort(-now, kind="stable")]
        poor, near = known["poor"][homes.commune][y], known["near_poor"][homes.commune][y]
        classes[y, order] = AVERAGE
        classes[y, order[:poor]] = POOR
        classes[y, order[poor : poor + near]] = NEAR
        classes[y, order[-round(len(order) * known["better_share"]) :]] = BETTER
    return classes


def movements(classes: Classes) -> Classes:
    """Return how each class came from the year before; "" in a household's first year.

    "Relapsed" means that the household had been in that class in an earlier year and had left it.
    """
    moves = np.full(classes.shape, "", dtype="U14")
    was_poor = np.zeros(classes.shape[1], dtype=bool)
    was_near = np.zeros(classes.shape[1], dtype=bool)
    for y in range(1, len(classes)):
        before, now = classes[y - 1], classes[y]
        was_poor |= before == POOR
        was_near |= before == NEAR
        known = before != ""
        moves[y] = np.select(
            [
                ~known,
                before == now,
                before == POOR,
                (now == POOR) & was_poor,
                now == POOR,
                before == NEAR,
                (now == NEAR) & was_near,
                now == NEAR,
            ],
            ["", "stayed", "escaped", "relapsed", "newly_poor", "escaped_near", "relapsed_near", "newly_near"],
            "stayed",
        )
    return moves


def _answers(homes: Homes, classes: Classes, seed: int) -> dict[str, list[list[bool | None]]]:
    """Return the answers by question, year and household.

    Each question ranks the households once; each year's share cuts the ranking. So a commune's shares are
    exact, hamlets differ, and what a household has it keeps.
    """
    known = facts("answers")
    shares = known["communes"].get(homes.commune, known["communes"]["ward"])
    years = facts("people")["years"]
    ever_poor = (classes == POOR).any(axis=0)
    answers: dict[str, list[list[bool | None]]] = {}
    for question in known["questions"]:
        random = chance(seed, "answers", homes.commune, question)
        ahead = _ahead(homes, question, random) - 0.8 * ever_poor + random.normal(0, 1, len(homes.rows))
        asked = np.ones(len(homes.rows), dtype=bool)
        if question == "hygienic_pen":
            asked = np.array(answers["livestock"][-1], dtype=object) == True  # noqa: E712 (elementwise)
        silent = _silent(homes, question, random)
        answers[question] = [
            _answer(homes.since <= year, asked, silent, ahead, share)
            for year, share in zip(years, shares[question], strict=True)
        ]
    return answers


def _answer(here: Flags, asked: Flags, silent: Flags, ahead: NDArray[np.float64], share: float) -> list[bool | None]:
    count = here & asked
    told = np.flatnonzero(count & ~silent)
    order = told[np.argsort(-ahead[told], kind="stable")]
    yes = np.zeros(len(here), dtype=bool)
    yes[order[: round(share * int(count.sum()))]] = True
    return [bool(y) if known else None for y, known in zip(yes, count & ~silent, strict=True)]


def _ahead(homes: Homes, question: str, random: np.random.Generator) -> NDArray[np.float64]:
    """Return how far each household's hamlet is ahead of the others; model hamlets well ahead in all but livestock."""
    known = facts("answers")
    names = sorted({hamlet.name for hamlet in homes.hamlets})
    luck = dict(zip(names, random.normal(0, 0.3, len(names)), strict=True))
    if question != "livestock":
        luck |= dict.fromkeys(known["model_hamlets"], 4.0)
    return np.array([luck[hamlet.name] for hamlet in homes.hamlets])


def _silent(homes: Homes, question: str, random: np.random.Generator) -> Flags:
    """Return who gave no answer: a few everywhere, and whole hamlets that were not asked some questions."""
    known = facts("answers")
    silent = random.random(len(homes.rows)) < known["unanswered_share"]
    skipped = {name for name, questions in known["not_asked"].items() if question in questions}
    return silent | np.array([hamlet.name in skipped for hamlet in homes.hamlets])
