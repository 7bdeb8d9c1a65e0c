"""Records as field work reads and writes them: values by the form's field names, whatever table holds them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import gettext as _

from layers.models import Household, RecordState, Review

from .definitions import Definition
from .filled import Filled, Spot
from .identity import identity
from .placing import point_of
from .rules import Known


def lock(record: UUID) -> None:
    """Let nobody else work at a record, be it there yet or not, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(record)])


def version_of(record: UUID) -> int:
    return RecordState.objects.values_list("version", flat=True).get(pk=record)


def is_of_another_layer(definition: Definition, record: UUID) -> bool:
    """Tell whether a number is that of a record of another kind: one number, one record."""
    return RecordState.objects.filter(pk=record).exclude(layer=definition.layer).exists()


def tombstone(record: UUID) -> RecordState | None:
    """Return what is left of a record that was removed; None of any other."""
    return RecordState.objects.filter(pk=record, deleted=True).select_related("unit").defer("unit__geom").first()


def find(definition: Definition, record: UUID) -> Any:
    """Return the row of a record, locked; None where there is none."""
    return definition.model._default_manager.select_for_update(of=("self",)).filter(uid=record).first()


def known(definition: Definition, row: Any, review: Review | None) -> Known:
    """Return what is stored of a record as the rules compare it."""
    values = {}
    for question in definition.questions:
        if question.name == "national_id":
            values[question.name] = row.id_last4
        elif question.review:
            values[question.name] = getattr(review, question.name) if review is not None else None
        else:
            values[question.name] = told(getattr(row, question.name), question.type)
    return Known(version_of(row.uid), values, spot_of(row))


def told(value: Any, kind: str) -> Any:
    """Return a stored value as a phone gets and sends it."""
    if value == "":
        return None
    return str(value) if kind == "choice" and value is not None else value


def spot_of(row: Any) -> Spot | None:
    if not isinstance(row.geom, Point):
        return None
    return Spot(row.geom.x, row.geom.y, getattr(row, "accuracy_m", None))


def review_of(definition: Definition, row: Any, filled: Filled) -> Review | None:
    """Return the review that a household's answers belong to, locked; None where there is none yet."""
    if definition.layer != "households" or filled.year is None or row.pk is None:
        return None
    return Review.objects.select_for_update().filter(household=row, year=filled.year).first()


def put(definition: Definition, row: Any, review: Review | None, values: Mapping[str, Any]) -> None:
    """Put values into a row and its review, which are not saved yet."""
    for name, value in values.items():
        question = definition.question(name)
        if question is None:
            continue  # a question of an earlier version of the form, which the store no longer asks
        if name == "national_id":
            kept = identity(value or "")
            row.id_hmac, row.id_last4 = kept.hmac, kept.last4
        elif question.review:
            setattr(review, name, value)
        else:
            setattr(row, name, stored(row, name, value))


def stored(row: Any, name: str, value: Any) -> Any:
    """Return a value as its column takes it: no answer as an empty text where the column knows no null."""
    column = row._meta.get_field(name)
    if value in (None, ""):
        return None if column.null else ""
    return column.to_python(value)


def move(row: Any, spot: Spot) -> None:
    row.geom = point_of(spot)
    if isinstance(row, Household):
        row.accuracy_m = spot.accuracy


def told_identity(value: Any) -> str | None:
    """Return what a change says of an identity number: its last digits."""
    return f"…{value[-4:]}" if value else None


def source() -> str:
    return _("field survey")
