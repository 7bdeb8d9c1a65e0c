"""Take back what an import did."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.criteria.assess import reassess_below
from layers.errors import GisNtmError
from layers.imports.undo import undo
from layers.models import ImportRun


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="number of the run, as import_layer printed it")

    def handle(self, *args: Any, **given: Any) -> None:
        run = ImportRun.objects.filter(pk=given["run"]).first()
        if run is None:
            raise CommandError(f"There is no import {given['run']}.")
        try:
            undo(run, follow=reassess_below)
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"run {run.pk} undone")
