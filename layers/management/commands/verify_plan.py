"""Answer a plan anew from the inputs frozen with it, and tell whether the same comes out to the byte."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.errors import GisNtmError
from layers.planning import planner


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", type=str, metavar="UID", help="identifier of the plan, as in its address")

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            plan = planner.stored(given["plan"])
            found = planner.recomputed(plan)
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        if found != plan.result_sha256:
            raise CommandError(f"{plan}: another answer, {found[:12]} instead of {plan.result_sha256[:12]}.")
        self.stdout.write(f"{plan}: the same answer to the byte, {found[:12]}")
