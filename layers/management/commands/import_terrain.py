"""manage.py import_terrain: an elevation model, from which slopes and the hillshade are read."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.errors import GisNtmError
from layers.imports.rasters import store_terrain


class Command(BaseCommand):
    help = "Store an elevation model (GeoTIFF, metres above sea), after looking at it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--name", default="", help="as it is called on pages; the file's name unless given")
        parser.add_argument("--source", default="", help="who made it, under which licence")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            terrain, new = store_terrain(file, options["name"], options["source"], options["as_of"])
        except GisNtmError as error:
            raise CommandError(str(error)) from error
        west, south, east, north = terrain.extent.extent
        self.stdout.write(
            f"{terrain.name}: {'stored' if new else 'is stored already'} as {terrain.pk}; cells of "
            f"{terrain.resolution_m:g} m, EPSG:{terrain.epsg}, {west:.3f} {south:.3f} to {east:.3f} {north:.3f}"
        )
