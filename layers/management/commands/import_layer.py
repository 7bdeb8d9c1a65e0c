"""Import a file into a layer, or only say what would come of it."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.criteria.assess import reassess_below
from layers.errors import GisNtmError
from layers.imports.context import Options
from layers.imports.findings import message
from layers.imports.run import import_file
from layers.imports.targets import targets
from layers.models import ImportRun
from layers.models.runs import RunState
from layers.programme.claims import contradictions

SHOWN = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("layer", choices=sorted(targets()), metavar="LAYER", help=", ".join(sorted(targets())))
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--crs", type=int, metavar="EPSG", help="coordinate system of the file")
        parser.add_argument(
            "--encoding", default="", metavar="ENC", choices=["utf-8", "cp1258", "tcvn3", "vni", "viscii", "cp1252"]
        )
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN",
                            help="which column fills a field; FIELD==VALUE gives one value to every row")  # fmt: skip
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="the day the data describe")
        parser.add_argument("--unit", default="", metavar="CODE", help="the unit in which the rows must lie")
        parser.add_argument("--part", default="", metavar="NAME", help="layer, sheet or member of an archive")
        parser.add_argument("--dry-run", action="store_true", help="report only, store nothing")
        parser.add_argument("--keep-good", action="store_true", help="store the good rows, report the others")

    def handle(self, *args: Any, **given: Any) -> None:
        mapping = dict(pair.split("=", 1) for pair in given["map"] if "=" in pair)
        if len(mapping) != len(given["map"]):
            raise CommandError("--map takes FIELD=COLUMN")
        options = Options(
            crs=given["crs"], encoding=given["encoding"], mapping=mapping, as_of=given["as_of"],
            unit=given["unit"], part=given["part"], keep_good=given["keep_good"],
        )  # fmt: skip
        try:
            run = import_file(
                given["layer"], given["file"], options,
                dry_run=given["dry_run"], progress=self.progress, follow=reassess_below, judge=contradictions,
            )  # fmt: skip
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(_("The import was interrupted. Nothing was stored."), returncode=130) from error
        finally:
            if sys.stderr.isatty():
                self.stderr.write("")
        self.report(run)
        if run.state == RunState.REFUSED:
            raise CommandError(run.summary["message"][get_language() or "vi"])

    def progress(self, done: int, total: int | None) -> None:
        if not sys.stderr.isatty():
            return
        filled = int(30 * done / total) if total else 0
        bar = "█" * filled + "·" * (30 - filled) if total else "…"
        self.stderr.write(f"\r{bar} {done:,}" + (f" / {total:,}" if total else ""), ending="")
        self.stderr.flush()

    def report(self, run: ImportRun) -> None:
        told = run.summary
        system = f", EPSG:{told['crs']} {told['crs_name']}" if told["crs"] else ""
        self.stdout.write(f"{run.file_name}: {told['format']}, {told['encoding']}{system}")
        for field, heading in told["mapping"].items():
            self.stdout.write(f"  {field} ← {heading}")
        for code, count in told["by_code"].items():
            shown = run.findings.filter(code=code).first()
            example = f" (line {shown.line or '-'}: {message(shown)})" if shown else ""
            self.stdout.write(f"  {count:,} × {code}{example}")
        for finding in run.findings.filter(severity="error")[:SHOWN]:
            self.stdout.write(f"  line {finding.line} {finding.column} “{finding.value}”: {message(finding)}")
        self.stdout.write(
            f"run {run.pk} {run.state}: {told['rows']:,} rows, {told['created']:,} created, "
            f"{told['updated']:,} updated, {told['unchanged']:,} unchanged, {told['bad_rows']:,} left out"
        )
