"""Draw provisional boundaries for the hamlets that nobody has surveyed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from layers.imports.provisional import draw_provisional
from layers.models import Unit


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", default="", metavar="CODE", help="only below this unit")

    def handle(self, *args: Any, **given: Any) -> None:
        paths = [""]
        if given["unit"]:
            paths = list(Unit.objects.filter(code=given["unit"]).values_list("path", flat=True))
            if not paths:
                raise CommandError(f"There is no unit with the code {given['unit']}.")
        with transaction.atomic():
            count = draw_provisional(paths)
        self.stdout.write(f"{count:,} boundaries drawn")
