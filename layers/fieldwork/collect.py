"""ODK Collect as the second channel: the lists that come with its forms, and its instances into the same intake."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import get_language

from layers.access import Viewer
from layers.errors import GisNtmError, NotFound, Refused, TooLarge
from layers.models import LAYERS, Attachment, Device, RecordState, Review, Submission
from layers.models.submissions import AttachmentState, Channel
from layers.programme.evidence import drawn_anew

from . import attachments, packs, store
from .definitions import DEFINITIONS, Definition
from .instances import form_named, read_instance
from .intake import Arrival, receive
from .keys import private_key
from .opening import revised
from .published import form_of
from .sealing import Kind, seal
from .xforms import told

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Received:
    """`refused`: why each of the photos that came along and could not be kept was not, by its name."""

    submission: Submission
    new: bool
    refused: Mapping[str, GisNtmError]


def receive_instance(device: Device, xml: bytes, photos: Mapping[str, UploadedFile]) -> Received:
    """Take an instance in, with those of its photos that came along.

    The instance is sent again with each part of its photos: the same bytes change nothing. It came in clear, so what
    is kept of it is sealed here.
    """
    form_id, version = form_named(xml)
    form = form_of(form_id, version)
    filled = revised(read_instance(xml, form), device.user_id)
    sealed = seal(xml, Kind.RECORD, private_key().public_key())
    submission, new = receive(Arrival(device, xml, sealed, filled, form, Channel.COLLECT))
    problems = {name: _keep(submission, name, file) for name, file in photos.items()}
    submission.refresh_from_db()
    return Received(submission, new, {name: problem for name, problem in problems.items() if problem is not None})


def _keep(submission: Submission, name: str, file: UploadedFile) -> GisNtmError | None:
    with transaction.atomic():
        rows = Attachment.objects.select_for_update().select_related("submission")
        attachment = rows.filter(submission=submission, name=name).exclude(state__in=attachments.DONE).first()
        if attachment is None:
            return None
        content = file.read()
        attachment.size = attachment.received = len(content)
        if submission.state == "quarantined":
            sealed = seal(content, Kind.ATTACHMENT, private_key().public_key())
            attachments.keep(attachment, sealed, AttachmentState.SEALED)
            return None
        try:
            attachments.keep(attachment, drawn_anew(content, name), AttachmentState.STORED)
        except (Refused, TooLarge) as error:
            # The record itself is good; what is no picture stays visible at the office.
            attachment.state = AttachmentState.BAD
            attachment.save()
            return error
        return None


def media(viewer: Viewer, name: str, year: int) -> tuple[bytes, int]:
    """Return a list that forms read, as CSV, and how many households are in it. Raises NotFound for no such list."""
    if name == "hamlets.csv":
        return _csv(("name", "label"), _hamlets(viewer, year)), 0
    if name == "indicators.csv":
        return _csv(("name", "label"), _indicators(year)), 0
    definition = next((each for each in DEFINITIONS.values() if each.layer and f"{each.layer}.csv" == name), None)
    if definition is None:
        raise NotFound(name)
    columns, rows = _records(viewer, definition, year)
    return _csv(columns, rows), len(rows) if definition.layer == "households" else 0


def _csv(columns: Iterable[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: told(value) for name, value in row.items()} for row in rows)
    return out.getvalue().encode()


def _hamlets(viewer: Viewer, year: int) -> Iterable[Row]:
    for commune in packs.communes_of(viewer, year):
        for hamlet in packs.hamlets_of(viewer, commune, year):
            yield {"name": hamlet.code, "label": f"{hamlet} · {commune}"}


def _indicators(year: int) -> Iterable[Row]:
    language = "en" if get_language() == "en" else "vi"
    for each in packs.indicators(year):
        yield {"name": each["value"], "label": f"{each['value']} {each['name'][language]}"}


def _records(viewer: Viewer, definition: Definition, year: int) -> tuple[list[str], list[Row]]:
    layer = LAYERS[definition.layer]
    rows = definition.model._default_manager.seen_by(viewer, layer.audience)  # type: ignore[attr-defined]
    rows = list(rows.select_related("unit").defer("unit__geom").order_by("unit__path", "pk"))
    uids = [row.uid for row in rows]
    versions = dict(RecordState.objects.filter(pk__in=uids).values_list("uid", "version"))
    reviews: dict[int, Review] = {}
    if definition.layer == "households":
        reviews = {each.household_id: each for each in Review.objects.filter(year=year, household__in=rows)}
    questions = [question for question in definition.questions if not question.write_only]
    columns = ["label", "version", "location", "review_year", *(question.name for question in questions)]
    found: list[Row] = []
    for row in rows:
        review = reviews.get(row.pk)
        values: dict[str, Any] = {
            question.name: (getattr(review, question.name) if review else None)
            if question.review
            else store.told(getattr(row, question.name), question.type)
            for question in questions
        }
        # A form that asks for the name calls its question "name" too; here that is what the choice is stored as.
        title = values.pop("name", "")
        values |= {"name": str(row.uid), "label": f"{title or layer.model._meta.verbose_name} · {row.unit}"}
        values |= {"head": title, "version": versions.get(row.uid, 0), "location": _place(row)}
        found.append(values | {"review_year": year if review else ""})
    return ["name", *(name for name in columns if name != "name"), "head"], found


def _place(row: Any) -> str:
    """Return a position as Collect writes it."""
    spot = store.spot_of(row)
    return f"{spot.lat} {spot.lon} 0 {spot.accuracy or 0}" if spot else ""
