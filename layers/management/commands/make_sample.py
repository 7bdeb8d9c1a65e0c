"""manage.py make_sample: a believable city to look at, or a nation to measure with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import GisNtmError
from layers.sample.make import SCALES, make_sample


class Command(BaseCommand):
    help = "Fill an empty store with sample data: a city (default), or a province or nation for benchmarks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=SCALES, default="city")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same rows")
        parser.add_argument("--force", action="store_true", help="replace the sample that is in the store")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = make_sample(options["scale"], options["seed"], options["force"], self.stdout.write)
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        if accounts:
            self.stdout.write(_("Accounts to try it with; the passwords are shown this once:"))
        for name, role, password in accounts:
            self.stdout.write(f"{name:<14} {role:<14} {password}")
