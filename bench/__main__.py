"""`python -m bench [--without-nation]`: measure, print JSON, fail if a limit is passed."""

import json
import os
import sys
from collections.abc import Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ntm.settings")
django.setup()

from django.db import connection  # noqa: E402  # after Django is set up

from bench import assessment, board, field_app, fieldwork, imports, network, planning, siting, tiles  # noqa: E402
from bench.databases import database, manage  # noqa: E402
from bench.figures import Figure, skipped  # noqa: E402


def figures(nation: bool) -> Iterator[Figure]:
    yield from siting.figures()
    with database("gis_ntm_bench"):
        yield imports.figure()
    with database("gis_ntm_bench"):
        manage("make_sample")
        yield from field_app.figures()
        yield from fieldwork.figures()
    with database("gis_ntm_bench"):
        # The nation has as many roads on a tile as one province, but an index a hundred times as large.
        print(manage("make_sample", "--scale", "nation" if nation else "province"), file=sys.stderr)  # noqa: T201
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield from tiles.figures()
        yield from network.figures()
        if nation:
            yield assessment.figure()
        else:
            manage("assess", "--set", "2016-2020", "--year", str(board.ASSESSED), "--format", "json")
            yield skipped("assessment of the nation", "s", "--without-nation")
        yield from board.figures(nation)
    with database("gis_ntm_bench"):
        yield from planning.figures()


def main() -> int:
    found = []
    for figure in figures("--without-nation" not in sys.argv):
        print(figure.as_json(), file=sys.stderr)  # noqa: T201
        found.append(figure)
    print(json.dumps([figure.as_json() for figure in found], indent=2, ensure_ascii=False))  # noqa: T201
    return int(any(figure.ok is False for figure in found))


sys.exit(main())
