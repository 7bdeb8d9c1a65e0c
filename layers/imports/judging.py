"""What rows of a file would say once stored, laid before a judge from the rooms above; its findings join the report."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from .context import Job, reject
from .staging import FOUND, FOUND_COLUMNS, copy
from .statements import execute, fetch

#: Columns of a declaration that a file may fill, as the judge gets them.
TOLD = ("status", "value", "numerator", "denominator", "evidence", "as_of")


@dataclass(frozen=True)
class Claim:
    """A declared result as it would stand once the row is stored: an empty cell leaves what is on record."""

    line: int
    unit: int
    indicator: int
    year: int
    status: str
    value: float | None
    numerator: float | None
    denominator: float | None
    evidence: str
    as_of: date | None
    decision_number: str


#: What cannot be so of a line, by language.
Fault = tuple[int, dict[str, str]]
Judge = Callable[[list[Claim]], Iterable[Fault]]


def weigh(job: Job, judge: Judge) -> None:
    """Have the planned rows judged; those that cannot be so are errors of their lines, and are not stored."""
    told = ", ".join(f"coalesce(r.{name}, t.{name})" if job.has(name) else f"t.{name}" for name in TOLD)
    rows = fetch(
        f"SELECT p.line, p.unit_id, p.indicator_id, r.year, {told}, coalesce(t.decision_number, ''), r.indicator "  # noqa: S608
        "FROM import_plan p JOIN import_rows r USING (row_id) LEFT JOIN layers_declaration t ON t.id = p.target_id "
        "ORDER BY p.line"
    )
    codes = {row[0]: row[-1] for row in rows}
    claims = [_claim(row, job.options.as_of) for row in rows]
    heading = job.heading("indicator")
    copy(FOUND, FOUND_COLUMNS, (
        (line, heading, codes[line], "error", "against_sense", json.dumps(why, ensure_ascii=False))
        for line, why in judge(claims)
    ))  # fmt: skip
    reject()
    execute("DELETE FROM import_plan p USING import_rows r WHERE r.row_id = p.row_id AND r.bad")


def _claim(row: tuple[Any, ...], as_of: date | None) -> Claim:
    line, unit, indicator, year, status, value, numerator, denominator, evidence, day, decision, _code = row
    return Claim(
        line, unit, indicator, year, status, value, numerator, denominator, evidence or "", day or as_of, decision
    )
