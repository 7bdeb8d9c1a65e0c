"""One filled-in form into the store: `rules.merge` decides, this writes, within the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import LineString, Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer
from layers.errors import Invalid, Refused
from layers.geo import WGS84
from layers.imports.places import middle
from layers.models import Conflict, FieldChange, RecordState, Review, Submission
from layers.models.criteria import last_assessed_year
from layers.models.submissions import SubmissionState

from . import dating, lines, store
from .definitions import Definition
from .duplicates import suggest
from .filled import Edit, Filled
from .identity import identity
from .placing import FAR_M, Placed, place, point_of, strays
from .propose import answers_of, propose_class, propose_result
from .rules import Disagreement, Known, Merged, merge, metres, shown
from .traces import lines as pieces_of

#: Those of an identity number or a position start anew to look for duplicates.
TELLS_WHO = {"name", "national_id", "location"}


@dataclass(frozen=True)
class Target:
    """What a filled-in form is about: its row or what is left of it, its place, the pieces of its road."""

    filled: Filled
    definition: Definition
    row: Any
    gone: RecordState | None
    placed: Placed
    pieces: list[LineString]


def prepare(filled: Filled, definition: Definition, viewer: Viewer) -> Target:
    """Find and lock what a form is about. Raises Invalid where its sender may not work."""
    if not viewer.may_see(Audience.PERSONAL):
        raise Refused(_("Your account may no longer do field work. Ask your administrator."))
    year = filled.year or last_assessed_year()
    if filled.year and filled.year > timezone.localdate().year + 1:
        raise Invalid([("year", _("This year is yet to come."))])
    pieces = [LineString(list(each.coords), srid=WGS84) for each in pieces_of(filled.line)] if filled.line else []
    if filled.line and not pieces:
        raise Invalid([("line", _("The road is too short to be one: less than 10 m."))])
    store.lock(filled.record)
    if definition.layer and store.is_of_another_layer(definition, filled.record):
        raise Invalid([("record.id", _("Something of another kind has this number already."))])
    row = store.find(definition, filled.record) if definition.layer else None
    gone = store.tombstone(filled.record) if definition.layer and row is None else None
    known = row or gone
    if known is not None and not viewer.covers(known.unit.path):
        raise Invalid([("unit", _("This record belongs to a unit outside your area."))])
    geom = _geom(filled, pieces)
    placed = Placed(known.unit) if known is not None and geom is None else place(filled, geom, viewer, year)
    if strays(placed.unit, pieces):
        placed = replace(placed, far=True)
    return Target(filled, definition, row, gone, placed, pieces)


def _geom(filled: Filled, pieces: list[LineString]) -> Point | None:
    if pieces:
        return middle(pieces[0])
    return point_of(filled.location.spot) if filled.location else None


def title_of(target: Target) -> str:
    name = target.filled.fields.get("name") or target.filled.fields.get("indicator")
    return str(name.new if name and name.new else getattr(target.row, "name", ""))[:200]


def position_of(target: Target) -> Point | None:
    """Return where a submission stands on the office's map."""
    geom = _geom(target.filled, target.pieces) or getattr(target.row, "geom", None) or target.placed.unit.point
    return middle(geom) if geom is not None else None


def execute(submission: Submission, target: Target) -> None:
    """Put a form into the store, as far as the rules let it, and say in the submission what became of it."""
    submission.state = SubmissionState.APPLIED
    if target.placed.far:
        flag(submission, "far")
    if not target.definition.layer:
        propose_result(submission, target.filled, target.placed.unit)
    elif target.row is not None:
        _update(submission, target)
    elif target.filled.base_version is None and target.gone is None:
        _create(submission, target)
    else:
        gone = {name: edit.new for name, edit in target.filled.fields.items() if name != "national_id"}
        _disagree(submission, target, [Disagreement("", None, None, gone)])
    submission.save()


def flag(submission: Submission, name: str) -> None:
    if name not in submission.flags:
        submission.flags.append(name)


def _create(submission: Submission, target: Target) -> None:
    filled, definition = target.filled, target.definition
    row: Any = definition.model(
        uid=filled.record,
        unit=target.placed.unit,
        source=store.source(),
        as_of=_day(submission),
    )
    reviewed = answers_of(definition, filled)
    values = {name: edit.new for name, edit in filled.fields.items() if name not in reviewed}
    store.put(definition, row, None, values)
    if filled.location:
        store.move(row, filled.location.spot)
    elif target.pieces:
        row.geom = target.pieces[0]
    _sound(row)
    row.save()
    _extra_pieces(target, row)
    merged = Merged(values=values, spot=filled.location.spot if filled.location else None)
    _note(submission, row, Known(0, {}), merged)
    if dating.undated(definition.layer, filled):
        flag(submission, "undated")
    _household(submission, target, row, None, TELLS_WHO)


def _day(submission: Submission) -> date:
    """Return the day on which a form was filled in, whatever a telephone's clock says; never one to come."""
    late = timedelta(seconds=submission.clock_skew_s or 0)
    return timezone.localdate(min(submission.finalized_at + late, submission.received_at))


def _update(submission: Submission, target: Target) -> None:
    filled, definition, row = target.filled, target.definition, target.row
    review = store.review_of(definition, row, filled)
    known = store.known(definition, row, review)
    apart = set() if review is not None else answers_of(definition, filled)
    edits = {name: edit for name, edit in filled.fields.items() if name not in apart and name != "category"}
    numbers = _identity(row, edits)
    base = _base(filled)
    merged = merge(known, edits, filled.location, base)
    merged.disagreements += numbers
    _line(merged, target, known.version == base)
    if dating.withhold(merged, known, definition.layer, filled):
        flag(submission, "undated")
    if merged.parallel:
        flag(submission, "parallel")
    if merged.spot and known.spot and metres(merged.spot, known.spot) > FAR_M:
        flag(submission, "moved")
    if merged.values or merged.spot:
        _write(target, review, merged)
    _note(submission, row, known, merged)
    _household(submission, target, row, review, {*merged.values, *(("location",) if merged.spot else ())})
    _disagree(submission, target, merged.disagreements)


def _base(filled: Filled) -> int | None:
    """Return the version that the phone built on, its own earlier record included."""
    if filled.after is None:
        return filled.base_version
    own = Submission.objects.filter(instance_id=filled.after).values_list("version", flat=True).first()
    return max(filled.base_version or 0, own or 0)


def _identity(row: Any, edits: dict[str, Edit]) -> list[Disagreement]:
    """Take an identity number out of the edits unless it is to be stored; a different one on record is disputed."""
    edit = edits.get("national_id")
    if edit is None:
        return []
    if not edit.new or identity(edit.new).hmac == row.id_hmac:
        del edits["national_id"]
    elif row.id_hmac:
        del edits["national_id"]
        return [Disagreement("national_id", None, store.told_identity(row.id_last4), store.told_identity(edit.new))]
    return []


def _line(merged: Merged, target: Target, unchanged: bool) -> None:
    """A road's line is one value: taken whole where nobody else touched the road, else disputed."""
    if not target.pieces or target.row.geom.equals_exact(target.pieces[0], 1e-7):
        return
    if unchanged:
        merged.values["line"] = lines.shown(target.pieces[0])
    else:
        theirs, mine = lines.shown(target.row.geom), lines.shown(target.pieces[0])
        merged.disagreements.append(Disagreement("line", None, theirs, mine))


def _write(target: Target, review: Review | None, merged: Merged) -> None:
    row = target.row
    store.put(target.definition, row, review, {name: v for name, v in merged.values.items() if name != "line"})
    if merged.spot is not None:
        store.move(row, merged.spot)
        row.unit = target.placed.unit
    if "line" in merged.values:
        row.geom = target.pieces[0]
        row.unit = target.placed.unit
        _extra_pieces(target, row)
    _sound(row)
    row.save()
    if review is not None:
        review.save()


def _sound(row: Any) -> None:
    """Raise Invalid where the store has a rule that the form does not know, before the database says so."""
    try:
        row.validate_constraints()
    except ValidationError as error:
        raise Invalid([("", message) for message in error.messages]) from error


def _extra_pieces(target: Target, row: Any) -> None:
    """Keep every piece of a trace: those beyond the first are roads of their own, alike in all but their line."""
    for number, piece in enumerate(target.pieces[1:], start=1):
        # Kept the same if the form comes again by another way.
        uid = lines.piece_id(target.filled.record, number)
        if not type(row).objects.filter(uid=uid).exists():
            lines.twin(row, uid, piece).save()


def _household(submission: Submission, target: Target, row: Any, review: Review | None, changed: set[str]) -> None:
    if target.definition.layer != "households":
        return
    propose_class(submission, target.filled, target.definition, row, review)
    if changed & TELLS_WHO:
        suggest(row, submission)


def _note(submission: Submission, row: Any, known: Known, merged: Merged) -> None:
    """Record each value that was put in, and the version that the record has now."""
    submission.version = store.version_of(row.uid)
    old: Mapping[str, Any] = dict(known.values) | {"location": shown(known.spot)}
    new = merged.values | ({"location": shown(merged.spot)} if merged.spot else {})
    if "national_id" in new:
        new["national_id"] = store.told_identity(new["national_id"])
    FieldChange.objects.bulk_create(
        FieldChange(
            submission=submission,
            record=row.uid,
            version=submission.version,
            field=name,
            old=old.get(name),
            new=value,
        )
        for name, value in new.items()
    )


def _disagree(submission: Submission, target: Target, disagreements: list[Disagreement]) -> None:
    for each in disagreements:
        Conflict.objects.create(
            submission=submission,
            record=target.filled.record,
            layer=target.definition.layer,
            field=each.field,
            base=each.base,
            theirs=each.theirs,
            mine=each.mine,
        )
        submission.state = SubmissionState.CONFLICT
