"""manage.py plan_roads: which roads a budget should go to, printed as a table or as JSON."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from math import isfinite
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max
from django.utils.translation import gettext as _

from layers.errors import GisNtmError
from layers.figures import fixed, number
from layers.models import Review
from layers.models.plans import Season
from layers.planning.planner import usual
from layers.planning.plans.answer import Answer
from layers.planning.plans.case import freeze
from layers.planning.plans.caveats import limits
from layers.planning.plans.settings import METHODS
from layers.planning.plans.words import official_names, reason
from layers.planning.solver import compute
from layers.planning.store.freeze import read_case
from layers.planning.store.region import region, units_by_code
from layers.reports.amounts import length, money, short_money
from layers.reports.plans.figures import METHODS as METHOD_NAMES
from layers.reports.plans.figures import gap

#: What the money is called that no --source names.
STATE = "Ngân sách nhà nước"


def source(text: str) -> tuple[str, float]:
    """Read name=VND."""
    name, _equals, amount = text.rpartition("=")
    try:
        return name.strip(), float(amount)
    except ValueError as error:
        raise ArgumentTypeError(_("“%(text)s”: write name=VND, such as tinh=2000000000") % {"text": text}) from error


class Command(BaseCommand):
    help = "Choose the roads to harden within a budget and print them in packages. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", action="append", required=True, metavar="CODE", help="all communes of a unit")
        parser.add_argument("--budget", type=float, metavar="VND", help="all State money; --source may tell some apart")
        parser.add_argument("--source", action="append", type=source, default=[], metavar="NAME=VND")
        parser.add_argument("--year", type=int, help="default: the last year of which households are on record")
        parser.add_argument("--season", choices=Season.values, default=Season.WET)
        parser.add_argument("--method", choices=METHODS, default="auto")
        parser.add_argument("--seconds", type=float, default=60.0, help="for the exact and the improving method")
        parser.add_argument("--with", dest="more", metavar="JSON", default="{}", help="further settings of a plan")
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self._answer(options)
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(answer.document | {"seconds": round(answer.seconds, 3)}, ensure_ascii=False))
        else:
            self._print(answer)

    def _answer(self, options: dict[str, Any]) -> Answer:
        year = options["year"] or Review.objects.aggregate(last=Max("year"))["last"]
        if year is None:
            raise CommandError(_("No household is on record; name a --year."))
        asked = usual(
            {
                **self._more(options["more"]),
                "sources": self._sources(options["budget"], options["source"]),
                "method": options["method"],
                "seconds": options["seconds"],
            }
        )
        case = read_case(region(units_by_code(options["unit"], year), year), options["season"])
        return compute("solve", *freeze(case), asked.document(), seconds=asked.seconds + 120)

    def _more(self, text: str) -> dict[str, Any]:
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError) as error:
            raise CommandError(_("--with is not a JSON object: %(error)s") % {"error": error}) from error

    def _sources(self, budget: float | None, sources: list[tuple[str, float]]) -> list[dict[str, Any]]:
        """Return the sources named, and what the budget has beyond them."""
        if budget is None and not sources:
            raise CommandError(_("Give --budget or --source."))
        if budget is not None and not 0 <= budget < float("inf"):
            said = number(budget) if isfinite(budget) else budget
            raise CommandError(_("--budget must be an amount of VND from zero up, not %(value)s.") % {"value": said})
        made = [{"name": name, "amount": amount} for name, amount in sources]
        left = (budget or 0.0) - sum(amount for _name, amount in sources)
        if budget is not None and left < 0:
            raise CommandError(_("The sources hold more than --budget: leave it out, or change them."))
        return [*made, {"name": STATE, "amount": left}] if left > 0 or not made else made

    def _print(self, answer: Answer) -> None:
        document, write = answer.document, self.stdout.write
        write(_summary(document["totals"]))
        method = _(METHOD_NAMES.get(document["method"], document["method"]))
        seconds = _("%(seconds)s seconds") % {"seconds": fixed(answer.seconds, 2)}
        write(f"{method}: {gap(document)}, {seconds}")
        for row in document["sources"]:
            spent, amount = money(row["spent"]), row["amount"]
            write(f"  {row['name']}: {spent}" + ("" if amount is None else f" / {money(amount)}"))
        for sentence in limits(document):
            write(f"  {sentence}")
        for row in document["criteria"]:
            if row["turned"]:
                write("  " + _("%(commune)s: criterion %(criterion)s turned to met") % row)
        for package, name in zip(document["packages"], official_names(document["packages"]), strict=True):
            write(
                f"{package['number']:>4}  {package['commune']}  {short_money(package['cost']):>10}"
                f"  {length(package['length_m']) if package['length_m'] else '':>8}  {name}"
            )
            write(f"      {reason(package)}")


def _summary(totals: dict[str, Any]) -> str:
    gained = totals["gained"]
    return _(
        "%(money)s (State %(state)s, people %(people)s) for %(homes)s households, %(poor)s of them poor; %(length)s, "
        "%(works)s works"
    ) % {
        "money": money(totals["cost"]),
        "state": money(totals["state"]),
        "people": money(totals["people"]),
        "homes": fixed(gained["households"], 0),
        "poor": fixed(gained["poor_households"], 0),
        "length": length(totals["length_m"]),
        "works": fixed(totals["works"], 0),
    }
