"""Import of the country's 11,163 communes against `ogr2ogr` writing the same shapes into the same table."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from .databases import manage
from .figures import Figure, skipped

NAME = "import of 11,163 communes against ogr2ogr into the same table"
DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "boundaries"
COMMUNES = DATA / "vietnam_communes_2009_simplified.fgb"
PROVINCES = DATA / "vietnam_provinces_63_2009_simplified.fgb"
LIMIT = 3.0
ROUNDS = 2
DAY = "2009-01-01"

#: What the table asks of every row; a unit without a parent must be a province.
SELECT = f"""
SELECT geometry AS geom, coalesce(commune_code, 'without' || rowid) AS code, 'province' AS kind, '' AS title,
  coalesce(commune_name, '') AS name, '' AS path, '' AS region, 0 AS rural, '{DAY}' AS valid_from,
  'surveyed' AS boundary, 'bench' AS source, '{DAY}T00:00:00Z' AS updated_at
FROM {COMMUNES.stem}
"""  # noqa: S608  # a constant of this file


def figure() -> Figure:
    """Measure in the database that Django is pointed at; its units are emptied each time."""
    if not COMMUNES.exists():
        return skipped(NAME, "s", f"{COMMUNES.name} is not here")
    if shutil.which("ogr2ogr") is None:
        return skipped(NAME, "s", "ogr2ogr (Debian package gdal-bin) is not installed")
    baseline = min(_timed(_ogr2ogr) for _ in range(ROUNDS))
    measured = min(_timed(_import, before=_provinces) for _ in range(ROUNDS))
    return Figure(
        NAME,
        "s",
        limit=LIMIT * baseline,
        measured=measured,
        ratio=measured / baseline,
        ok=measured <= LIMIT * baseline,
        note=f"ogr2ogr {baseline:.2f} s; at most {LIMIT:g} x; checked, repaired and reported row by row on top",
    )


def _timed(run: Callable[[], None], before: Callable[[], None] = lambda: None) -> float:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE layers_unit, layers_importrun CASCADE")
    before()
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _provinces() -> None:
    names = ("--map", "code=province_code", "--map", "name=province_name")
    manage("import_layer", "provinces", str(PROVINCES), "--as-of", DAY, *names)


def _import() -> None:
    manage("import_layer", "communes", str(COMMUNES), "--as-of", DAY, "--keep-good")


def _ogr2ogr() -> None:
    known = connection.get_connection_params()
    target = " ".join(f"{name}='{known[name]}'" for name in ("host", "port", "user", "dbname") if known.get(name))
    subprocess.run(  # noqa: S603  # our own arguments
        ["ogr2ogr", "-append", "-f", "PostgreSQL", f"PG:{target}", str(COMMUNES), "-nln", "layers_unit",  # noqa: S607
         "-nlt", "PROMOTE_TO_MULTI", "-gt", "65536", "-dialect", "SQLITE", "-sql", SELECT],
        env=os.environ | ({"PGPASSWORD": known["password"]} if known.get("password") else {}),
        stdout=sys.stderr,
        check=True,
    )  # fmt: skip
