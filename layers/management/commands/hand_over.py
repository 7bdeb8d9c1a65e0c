"""Hand the hamlets and rows of a commune that has ended to its successor."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.criteria.assess import reassess_below
from layers.errors import GisNtmError
from layers.models import LAYERS, Unit
from layers.programme.succession import hand_over, what_passes


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="code of the commune that has ended")
        parser.add_argument("--dry-run", action="store_true", help="only say what would pass")

    def handle(self, *args: Any, **given: Any) -> None:
        former = Unit.objects.filter(code=given["code"], kind="commune").exclude(valid_to=None).first()
        if former is None:
            raise CommandError(f"There is no commune {given['code']} that has ended.")
        try:
            passed = what_passes(former) if given["dry_run"] else hand_over(former)
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        if not given["dry_run"]:
            reassess_below([passed.successor.path])
        self.stdout.write(f"{former} -> {passed.successor}: {passed.hamlets} hamlets")
        for slug, count in passed.rows.items():
            self.stdout.write(f"  {count} {LAYERS[slug].title}")
        if given["dry_run"]:
            self.stdout.write("nothing has been changed")
