"""Answer a plan anew from the inputs frozen with it, and tell whether the same comes out to the byte."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

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
            raise CommandError(
                _("%(plan)s: another answer, %(found)s instead of %(kept)s.")
                % {"plan": plan, "found": found[:12], "kept": plan.result_sha256[:12]}
            )
        self.stdout.write(_("%(plan)s: the same answer to the byte, %(found)s") % {"plan": plan, "found": found[:12]})
