"""manage.py plan_roads: which roads a budget should go to, printed as a table or as JSON."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from layers.errors import GisNtmError
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

#: What the money is called that no --source names.
STATE = "Ngân sách nhà nước"
MILLION = 1_000_000


def source(text: str) -> tuple[str, float]:
    """Read name=VND."""
    name, _equals, amount = text.rpartition("=")
    try:
        return name.strip(), float(amount)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}: write name=VND, such as tinh=2000000000") from error


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
            raise CommandError("No household is on record; name a --year. Chưa có hộ nào; hãy nêu --year.")
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
            raise CommandError(f"--with is not a JSON object. --with không phải đối tượng JSON. {error}") from error

    def _sources(self, budget: float | None, sources: list[tuple[str, float]]) -> list[dict[str, Any]]:
        """Return the sources named, and what the budget has beyond them."""
        if budget is None and not sources:
            raise CommandError("Give --budget or --source. Hãy nêu --budget hoặc --source.")
        made = [{"name": name, "amount": amount} for name, amount in sources]
        left = (budget or 0.0) - sum(amount for _name, amount in sources)
        if budget is not None and left < 0:
            raise CommandError(
                "The sources hold more than the budget. Tổng các nguồn lớn hơn --budget; hãy bỏ --budget hoặc sửa lại."
            )
        return [*made, {"name": STATE, "amount": left}] if left > 0 or not made else made

    def _print(self, answer: Answer) -> None:
        document, write = answer.document, self.stdout.write
        totals, gained = document["totals"], document["totals"]["gained"]
        write(
            f"{totals['cost'] / MILLION:,.0f} triệu đồng (Nhà nước {totals['state'] / MILLION:,.0f}, dân"
            f" {totals['people'] / MILLION:,.0f}) cho {gained['households']} hộ, {gained['poor_households']} hộ nghèo;"
            f" {totals['length_m'] / 1000:.1f} km, {totals['works']} công trình"
        )
        proven = "tối ưu đã chứng minh" if document["optimal"] else f"cách tối ưu ≤ {100 * document['gap']:.2f} %"
        write(f"{document['method']}: {proven}, {answer.seconds:.2f} giây")
        for row in document["sources"]:
            amount = "" if row["amount"] is None else f" / {row['amount'] / MILLION:,.1f}"
            write(f"  {row['name']}: {row['spent'] / MILLION:,.1f}{amount} triệu đồng")
        for sentence in limits(document):
            write(f"  {sentence}")
        for row in document["criteria"]:
            if row["turned"]:
                write(f"  {row['commune']}: tiêu chí {row['criterion']} thành đạt")
        for package, name in zip(document["packages"], official_names(document["packages"]), strict=True):
            write(
                f"{package['number']:>4}  {package['commune']}  {package['cost'] / MILLION:>9,.1f} tr"
                f"  {package['length_m'] / 1000:>6.2f} km  {name}"
            )
            write(f"      {reason(package)}")
