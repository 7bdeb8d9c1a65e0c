"""Which sample goes into which store: only into an empty one, or over an earlier sample when told to."""

from collections.abc import Callable
from time import monotonic

from django.db import connection, transaction
from django.utils.translation import gettext as _

from layers.errors import Refused
from layers.models import Evidence, Terrain, Unit

from .accounts import make_accounts
from .city import make_city
from .facts import MARK
from .scale import make_scale

SCALES = ("city", "province", "nation")


def make_sample(scale: str, seed: int, force: bool, say: Callable[[str], None]) -> list[tuple[str, str, str]]:
    """Make a sample and return the accounts made for it: name, role, password.

    Raises Refused where `force` is given for a store that holds anything but a sample.
    """
    if Unit.objects.exists():
        if not force:
            say(_("The store holds units already: nothing to do."))
            return []
        _clear()
    start = monotonic()
    if scale == "city":
        make_city(seed, say)
    else:
        make_scale(scale, seed, say)
    _settle()
    say(_("Sample made in %(seconds)s s.") % {"seconds": round(monotonic() - start, 1)})
    return make_accounts() if scale == "city" else []


@transaction.atomic
def _clear() -> None:
    """Empty the store of an earlier sample, with all that was recorded on it since."""
    if Unit.objects.exclude(source__startswith=MARK).exists():
        raise Refused(_("The store holds units that are not of a sample: nothing is replaced. Use an empty database."))
    for terrain in Terrain.objects.all():
        terrain.file.delete(save=False)
    for evidence in Evidence.objects.all():
        evidence.file.delete(save=False)
    Terrain.objects.all().delete()
    with connection.cursor() as cursor:
        # A table whose rows still wait for their checks cannot be emptied.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE layers_unit CASCADE; SET CONSTRAINTS ALL DEFERRED")


def _settle() -> None:
    """Let the planner know the rows, and let reads of an index alone skip the table.

    The second takes VACUUM, which cannot run inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")
