"""manage.py site_waste: where kilns, collection points or an incinerator go, and what each alternative costs."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.access import Role, Viewer
from layers.errors import GisNtmError
from layers.mapserver.asked import last_year
from layers.models import SitingStudy
from layers.models.siting import SiteKind, StudyState
from layers.planning.store.region import units_by_code
from layers.planning.waste.study import again, ask, carry_out
from layers.reports.siting.geojson import collection
from layers.reports.siting.lines import alternative_lines, heading, remarks
from layers.reports.siting.seen import Seen

#: A command is run by whoever runs the server, who sees everything.
OPERATOR = Viewer(Role.ADMINISTRATOR, ("",))


def position(text: str) -> tuple[float, float]:
    """Read "105.83,22.14"."""
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not longitude,latitude such as 105.83,22.14") from error
    return longitude, latitude


def figure(text: str) -> tuple[str, float]:
    """Read "kiln_vnd=2000000"."""
    name, sign, value = text.partition("=")
    try:
        if not sign:
            raise ValueError(text)
        return name, float(value)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not name=value such as kiln_vnd=2000000") from error


class Command(BaseCommand):
    help = "Site kilns of household groups, collection points or an incinerator in a unit, and compare alternatives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", metavar="CODE")
        parser.add_argument("--kind", choices=SiteKind.values)
        parser.add_argument("--year", type=int, help="of the households; the last one assessed unless given")
        parser.add_argument("--budget", type=float, metavar="VND", help="for building; not limited unless given")
        parser.add_argument("--wind-from", type=float, metavar="DEGREES", help="prevailing wind: 0 north, 90 east")
        parser.add_argument("--plant", type=position, metavar="LON,LAT", help="the existing plant, if not on record")
        parser.add_argument("--set", type=figure, action="append", default=[], metavar="NAME=VALUE", dest="figures")
        parser.add_argument("--format", choices=("table", "json", "geojson"), default="table")
        parser.add_argument("--study", type=int, metavar="ID", help="answer a stored study again and compare")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["study"] is not None:
                self._repeat(options["study"])
                return
            if not options["unit"] or not options["kind"]:
                raise CommandError(_("Name --unit and --kind, or a --study."))
            study = self._study(options)
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        if study.state != StudyState.DONE:
            raise CommandError(study.message.get(get_language() or "vi", study.get_state_display()))
        said = {"id": study.pk, "digest": study.inputs_sha256}
        self.stderr.write(_("Study %(id)d; fingerprint of its data (SHA-256): %(digest)s") % said)
        getattr(self, f"_print_{options['format']}")(Seen(study, OPERATOR))

    def _study(self, options: dict[str, Any]) -> SitingStudy:
        year = options["year"] or last_year()
        unit = units_by_code([options["unit"]], year)[0]
        asked = {
            "budget": options["budget"],
            "wind_from": options["wind_from"],
            "plant": options["plant"],
            "figures": dict(options["figures"]),
        }
        study = ask(unit, options["kind"], year, asked, None)
        carry_out(study, OPERATOR)
        return study

    def _repeat(self, pk: int) -> None:
        study = SitingStudy.objects.filter(pk=pk).first()
        if study is None:
            raise CommandError(_("There is no siting study %(id)s.") % {"id": pk})
        if not again(study):
            raise CommandError(_("Study %(id)d: the answer is not the one that was kept.") % {"id": pk})
        said = {"id": pk, "digest": study.result_sha256}
        self.stdout.write(_("Study %(id)d: the same answer from the frozen inputs (SHA-256: %(digest)s).") % said)

    def _print_table(self, seen: Seen) -> None:
        for line in (heading(seen), "", *alternative_lines(seen), "", *remarks(seen)):
            self.stdout.write(line)

    def _print_json(self, seen: Seen) -> None:
        self.stdout.write(json.dumps(seen.as_json(), ensure_ascii=False))

    def _print_geojson(self, seen: Seen) -> None:
        self.stdout.write(json.dumps(collection(seen), ensure_ascii=False))
