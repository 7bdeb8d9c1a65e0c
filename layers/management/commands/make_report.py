"""manage.py make_report: one report into a file, or the housekeeping of those that pages asked for."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from layers.access import ANONYMOUS, Viewer
from layers.errors import GisNtmError
from layers.models import Unit, viewer_of
from layers.reports.kinds import KINDS, check, kind_of
from layers.reports.making import file_name, tidy
from layers.reports.order import Order


class Command(BaseCommand):
    help = "Make a report (PDF, Excel or Word) as a user may see it, or as a guest if none is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", choices=sorted(KINDS))
        parser.add_argument("--unit", metavar="CODE")
        parser.add_argument("--year", type=int)
        parser.add_argument("--half", action="store_true", help="of the first six months")
        parser.add_argument("--user", metavar="NAME", help="whose rows it is made from")
        parser.add_argument("--language", default="vi", choices=("vi", "en"))
        parser.add_argument("--output", type=Path, help="a file; by default named after the report")
        parser.add_argument("--tidy", action="store_true", help="only remove expired reports")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tidy"]:
            tidy()
            return
        if not (options["kind"] and options["unit"] and options["year"]):
            raise CommandError("Name a report, --unit and --year. Hãy nêu tên báo cáo, --unit và --year.")
        unit = Unit.objects.at_end_of(options["year"]).filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(
                f"No unit has the code {options['unit']} at the end of {options['year']}. "
                f"Không có đơn vị nào mang mã {options['unit']} cuối năm {options['year']}."
            )
        kind, order = (
            kind_of(options["kind"]),
            Order(unit, options["year"], self._viewer(options["user"]), options["half"]),
        )
        path = options["output"] or Path(file_name(order, kind.slug, kind.form))
        with translation.override(options["language"]):
            try:
                check(kind, order)
                path.write_bytes(kind.make(order, self._told))
            except GisNtmError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(str(path))

    def _viewer(self, name: str | None) -> Viewer:
        if name is None:
            return ANONYMOUS
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name}. Không có người dùng {name}.")
        return viewer_of(user)

    def _told(self, done: int, total: int) -> None:
        self.stderr.write(f"{done}/{total}")
