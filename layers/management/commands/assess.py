"""manage.py assess: compute met, unmet and unknown from the stored rows, and print where each commune stands."""

import csv
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from layers.criteria.assess import assess, named_set
from layers.criteria.results import indicators_of, rows_behind
from layers.errors import GisNtmError
from layers.models import Standing, Status, Unit


class Command(BaseCommand):
    help = "Assess communes and hamlets for a year and print the result of each commune."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--set", default="2016-2020", dest="set_code", metavar="SET")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--unit", metavar="CODE", help="only this unit and those below it")
        parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
        parser.add_argument("--explain", action="store_true", help="name the rows behind each unmet or unknown result")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"]
        try:
            named_set(options["set_code"], year)
            unit = self._unit(options["unit"], year)
            outcome = assess(year, unit.path if unit else "")
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        standings = self._standings(year, unit)
        getattr(self, f"_print_{options['format']}")(standings)
        self.stderr.write(f"{outcome.units} units, {outcome.results} results and {outcome.standings} standings changed")
        if options["explain"]:
            for standing in standings:
                self._explain(standing)

    def _unit(self, code: str | None, year: int) -> Unit | None:
        if code is None:
            return None
        unit = Unit.objects.at_end_of(year).filter(code=code).first()
        if unit is None:
            raise CommandError(
                f"No unit has the code {code} at the end of {year}. Không có đơn vị nào mang mã {code} cuối năm {year}."
            )
        return unit

    def _standings(self, year: int, unit: Unit | None) -> QuerySet[Standing]:
        """The communes at or below the unit; the unit alone, if it is a hamlet."""
        standings = Standing.objects.filter(year=year).select_related("unit").order_by("unit__code")
        if unit is None:
            return standings.filter(unit__kind="commune")
        if unit.kind == "hamlet":
            return standings.filter(unit=unit)
        return standings.filter(unit__kind="commune", unit__path__startswith=unit.path)

    def _row(self, standing: Standing) -> dict[str, Any]:
        def numbers(status: str) -> list[int]:
            return [i for i, char in enumerate(standing.statuses, 1) if char == status]

        return {
            "unit": standing.unit.code,
            "name": standing.unit.name,
            "met": standing.met,
            "total": len(standing.statuses),
            "unmet": numbers(Status.UNMET),
            "unknown": numbers(Status.UNKNOWN),
        }

    def _print_json(self, standings: QuerySet[Standing]) -> None:
        self.stdout.write(json.dumps([self._row(s) for s in standings], ensure_ascii=False))

    def _print_csv(self, standings: QuerySet[Standing]) -> None:
        writer = csv.writer(self.stdout)
        writer.writerow(["unit", "name", "met", "total", "unmet", "unknown"])
        for row in map(self._row, standings):
            lists = [" ".join(map(str, row[key])) for key in ("unmet", "unknown")]
            writer.writerow([row["unit"], row["name"], row["met"], row["total"], *lists])

    def _print_table(self, standings: QuerySet[Standing]) -> None:
        for row in map(self._row, standings):
            unmet = ", ".join(map(str, row["unmet"])) or "–"
            unknown = ", ".join(map(str, row["unknown"])) or "–"
            self.stdout.write(
                f"{row['unit']}  {row['name']:<24} {row['met']:>2}/{row['total']}"
                f"  chưa đạt / unmet: {unmet}  chưa rõ / unknown: {unknown}"
            )

    def _explain(self, standing: Standing) -> None:
        unit, year = standing.unit, standing.year
        self.stdout.write(f"\n{unit.code} {unit}")
        for number, status in enumerate(standing.statuses, 1):
            if status in (Status.MET, Status.NOT_ASSESSED):
                continue
            for result in indicators_of(unit, number, year):
                if result.status not in (Status.MET, Status.NOT_ASSESSED):
                    self._explain_indicator(result, unit, year)

    def _explain_indicator(self, result: Any, unit: Unit, year: int) -> None:
        value = "?" if result.value is None else f"{result.value:.2f}"
        self.stdout.write(
            f"  {result.indicator} [{result.status}] {value} {result.indicator.comparator} {result.threshold}"
        )
        if result.measure is None or result.computed is None:
            evidence = result.declared.evidence if result.declared else ""
            self.stdout.write(f"    declared: {evidence or '–'}")
            return
        # Rows are named by place and number only: a log must not hold a person's name.
        rows = rows_behind(result.measure, unit, year)
        for row in rows.iterator() if rows.model is Unit else rows.select_related("unit").iterator():
            place = row if rows.model is Unit else row.unit
            self.stdout.write(f"    {result.measure.source} #{row.pk} {place.code} {place.name}")
