"""manage.py network_report: what keeps the roads of a unit from being a network."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import GisNtmError
from layers.figures import number
from layers.mapserver.asked import last_year
from layers.planning.connectivity import Connectivity, connectivity
from layers.planning.connectivity.telling import figures, geojson, headline
from layers.planning.store.network import TOLERANCE
from layers.planning.store.region import units_by_code
from layers.reports.amounts import length


class Command(BaseCommand):
    help = "Tell whether the roads of a unit are joined to its centres, and what is to be repaired before ranking them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", required=True, metavar="CODE")
        parser.add_argument("--year", type=int, help="default: the last that was assessed")
        parser.add_argument(
            "--tolerance", type=float, default=TOLERANCE, metavar="METRES", help="ends nearer than this are joined"
        )
        parser.add_argument("--format", choices=("table", "json", "geojson"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"] or last_year()
        if not 0 <= options["tolerance"] <= 500:
            raise CommandError(_("The tolerance must be from 0 to 500 metres."))
        try:
            unit = units_by_code([options["unit"]], year)[0]
            made = connectivity(unit, year, options["tolerance"])
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        match options["format"]:
            case "json":
                self.stdout.write(json.dumps(figures(made), ensure_ascii=False, indent=1))
            case "geojson":
                self.stdout.write(json.dumps(geojson(made), ensure_ascii=False))
            case _:
                self._print_table(made)

    def _print_table(self, made: Connectivity) -> None:
        told = figures(made)
        self.stdout.write(f"{told['unit']['code']} {told['unit']['name']} · {made.year} · {number(made.tolerance)} m")
        self.stdout.write(headline(made))
        self.stdout.write(f"{length(made.metres)}, {length(made.metres_apart)} {_('without a centre')}")
        for kind in told["kinds"]:
            self.stdout.write(f"{number(kind['count']):>8}  {kind['title']}")
        self.stdout.write(told["reason"] or _("Roads may be ranked here."))
