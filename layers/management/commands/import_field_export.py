"""Take in an export file of the field app: `import_field_export FILE --user NAME`."""

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from layers.errors import GisNtmError
from layers.fieldwork.exports import import_file
from layers.models import viewer_of


class Command(BaseCommand):
    help = "Take in records that a phone exported to a file because it has no network (.ntmx)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", required=True, help="the planner or administrator who answers for the file")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}. / Không có người dùng {options['user']}.")
        try:
            with options["file"].open("rb") as file:
                outcome = import_file(file, viewer_of(user))
        except (OSError, GisNtmError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"new {outcome.new}, known {outcome.known}, photos {outcome.photos}")
        for name, reason in outcome.problems:
            self.stderr.write(f"{name}: {reason}")
        if outcome.problems:
            raise CommandError(f"{len(outcome.problems)} not taken in; see above.")
