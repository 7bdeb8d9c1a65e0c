"""What has changed in a commune since a phone last asked: records and tombstones, and a cursor that skips nothing.

Transactions commit in another order than they begin. A phone gets every row that is committed, but its cursor passes
only rows of transactions older than every one still open: what commits late has a higher number than the cursor, and
rows given out ahead of it come once more.

Transactions are numbered for all databases of a server: a long one in any of them keeps the cursor back, no record.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import Gone, Malformed
from layers.models import LAYERS, Proposal, Review, Unit

from .definitions import DEFINITIONS, Definition
from .store import told

NOWHERE = UUID(int=0)

# A row whose transaction has not begun here is of a database that was restored from another server's backup: it is
# older than all that happens here.
STATES = """
SELECT s.uid, s.layer, s.version, here.xid, s.changed_at, s.deleted OR NOT here.inside, here.xid < now.oldest
FROM layers_recordstate s
CROSS JOIN (
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint
) now (oldest, next)
CROSS JOIN LATERAL (
  SELECT s.unit_id = ANY(%(units)s) AS inside, CASE WHEN s.xid < now.next THEN s.xid ELSE 0 END AS xid
) here
WHERE (s.unit_id = ANY(%(units)s) OR (s.before_id = ANY(%(units)s) AND %(again)s))
  AND s.xid >= %(xid)s AND (here.xid, s.uid) > (%(xid)s, %(uid)s)
  AND (%(again)s OR NOT s.deleted)
ORDER BY here.xid, s.uid LIMIT %(limit)s
"""

#: A row of a transaction: where a cursor stands.
Place = tuple[int, UUID]


@dataclass(frozen=True)
class Cursor:
    """After which row to begin anew, and where the page after this one goes on if it is further ahead than that.

    `day` is when a phone was last complete, `life` of which store.
    """

    place: Place = (0, NOWHERE)
    ahead: Place | None = None
    day: str = ""
    life: str = ""

    def text(self) -> str:
        parts = [*_told(self.place), self.day, self.life, *(_told(self.ahead) if self.ahead else [])]
        return urlsafe_b64encode(json.dumps(parts).encode()).decode()


def _told(place: Place) -> tuple[int, str]:
    return place[0], str(place[1])


def read_cursor(text: str) -> Cursor:
    """Return the cursor in an address. Raises Malformed for none, Gone for one too old to go on from."""
    try:
        xid, uid, day, life, *ahead = json.loads(urlsafe_b64decode(text.encode()))
        further = (int(ahead[0]), UUID(ahead[1])) if ahead else None
        cursor = Cursor((int(xid), UUID(uid)), further, str(day), str(life))
    except (ValueError, TypeError, LookupError) as error:
        raise Malformed(_("“since” is no cursor of this server.")) from error
    oldest = timezone.localdate() - timedelta(days=settings.LIMITS["FIELD_CURSOR_DAYS"])
    if cursor.life != life_of_database() or cursor.day < oldest.isoformat():
        raise Gone(_("This list is too old to be brought up to date. The app loads it anew."))
    return cursor


def life_of_database() -> str:
    """Return what tells this database from one restored elsewhere, whose transactions are numbered anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        found: str = cursor.fetchone()[0]
        return found


@dataclass(frozen=True)
class Page:
    records: list[dict[str, Any]]
    cursor: str
    more: bool
    personal: int


def changes(viewer: Viewer, commune: Unit, years: list[int], since: Cursor | None, limit: int) -> Page:
    """Return the next records of a commune that this viewer may see, with the cursor to go on from."""
    begin = since or Cursor(day=timezone.localdate().isoformat(), life=life_of_database())
    units = list(Unit.objects.below(commune.path).filter(viewer.within("path")).values_list("pk", flat=True))
    at = begin.ahead or begin.place
    with connection.cursor() as cursor:
        cursor.execute(
            STATES, {"units": units, "xid": at[0], "uid": at[1], "limit": limit + 1, "again": since is not None}
        )
        states = cursor.fetchall()
    more, states = len(states) > limit, states[:limit]
    found = _records(viewer, [state for state in states if not state[5]], years)
    records = [found.get(state[0]) or _gone(state) for state in states]
    personal = sum(state[1] == "households" and state[0] in found for state in states)
    return Page(records, _after(begin, states, more).text(), more, personal)


def _after(begin: Cursor, states: list[tuple[Any, ...]], more: bool) -> Cursor:
    """Return the cursor after a page. Once a page was ahead, what commits late may lie behind: the place stays."""
    passed = [] if begin.ahead else [(state[3], state[0]) for state in states if state[6]]
    place = passed[-1] if passed else begin.place
    if not more:
        return Cursor(place, None, timezone.localdate().isoformat(), begin.life)
    last = (states[-1][3], states[-1][0])
    return Cursor(place, last if last != place else None, begin.day, begin.life)


def _gone(state: tuple[Any, ...]) -> dict[str, Any]:
    return {"id": str(state[0]), "layer": state[1], "version": state[2], "deleted": True}


def _records(viewer: Viewer, states: Iterable[tuple[Any, ...]], years: list[int]) -> dict[UUID, dict[str, Any]]:
    by_layer: dict[str, dict[UUID, tuple[Any, ...]]] = {}
    for state in states:
        by_layer.setdefault(state[1], {})[state[0]] = state
    found: dict[UUID, dict[str, Any]] = {}
    for definition in DEFINITIONS.values():
        of_layer = by_layer.get(definition.layer)
        if of_layer:
            found |= _of_layer(viewer, definition, of_layer, years)
    return found


def _of_layer(
    viewer: Viewer, definition: Definition, states: Mapping[UUID, tuple[Any, ...]], years: list[int]
) -> dict[UUID, dict[str, Any]]:
    layer = LAYERS[definition.layer]
    rows = definition.model._default_manager.seen_by(viewer, layer.audience)  # type: ignore[attr-defined]
    rows = list(rows.filter(uid__in=list(states)).select_related("unit").defer("unit__geom"))
    more = _of_households(rows, years) if definition.layer == "households" else {}
    return {row.uid: record_json(definition, row, states[row.uid]) | more.get(row.pk, {}) for row in rows}


def record_json(definition: Definition, row: Any, state: tuple[Any, ...]) -> dict[str, Any]:
    """Return a record as a phone keeps it: what the form asks of it, and never its identity number."""
    fields = {
        question.name: told(getattr(row, question.name), question.type)
        for question in definition.questions
        if not question.review and not question.write_only
    }
    if definition.layer == "households":
        fields["accuracy_m"] = row.accuracy_m
    return {
        "id": str(row.uid),
        "layer": definition.layer,
        "version": state[2],
        "unit": row.unit.code,
        "updated_at": state[4].isoformat(),
        "geometry": json.loads(row.geom.json) if row.geom else None,
        "fields": fields,
    }


def _of_households(rows: Iterable[Any], years: list[int]) -> dict[int, dict[str, Any]]:
    """Return the answers of each household's reviews of these years, and the classes proposed for it."""
    more: dict[int, dict[str, Any]] = {row.pk: {"reviews": {}, "proposed": {}} for row in rows}
    asked = [question.name for question in DEFINITIONS["household"].questions if question.review]
    for review in Review.objects.filter(household__in=list(more), year__in=years):
        more[review.household_id]["reviews"][str(review.year)] = {name: getattr(review, name) for name in asked}
    for proposal in Proposal.objects.filter(household__in=list(more), state="open").order_by("pk"):
        more[proposal.household_id or 0]["proposed"][str(proposal.year)] = proposal.new
    return more
