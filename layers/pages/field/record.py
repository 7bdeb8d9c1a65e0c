"""`/field/records/<uid>/`: one record, for the office: what is stored of it, its photos, and what happened to it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.access import Viewer
from layers.errors import NotFound
from layers.fieldwork.definitions import Definition
from layers.fieldwork.refusals import title_of
from layers.fieldwork.store import told
from layers.models import LAYERS, Attachment, FieldChange, RecordState, Submission, record_read
from layers.models.criteria import last_assessed_year
from layers.models.submissions import AttachmentState, SubmissionState
from layers.pages.answers import answer
from layers.pages.history import size
from layers.sessions import AskedRequest

from .inbox import office
from .record_address import OF_LAYER
from .record_history import timeline
from .submission import drawn
from .words import shown


@require_safe
def record_page(request: AskedRequest, uid: UUID) -> HttpResponse:
    viewer = office(request.viewer)
    definition, row = found(viewer, uid)
    forms = list(forms_about(viewer, uid))
    record_read(viewer, definition.layer, "record", f"id={row.pk}", 1)
    response = render(
        request,
        "field/record.html",
        {
            "definition": definition,
            "row": row,
            "title": str(row) if row.name else definition.title,
            "facts": facts(definition, row),
            "reviews": reviews(definition, row),
            "photos": photos(forms),
            "forms": forms,
            "history": timeline(definition, row, {str(each.instance_id): each for each in forms}),
            "start": {
                "points": reverse("field_record_place", args=[uid]),
                "layers": f"{reverse('catalogue')}?year={last_assessed_year()}",
            },
        },
    )
    response["Cache-Control"] = "private, no-store"
    return response


def found(viewer: Viewer, uid: UUID) -> tuple[Definition, Any]:
    """Return the form and the row of a record of the viewer's area. Raises NotFound for any other."""
    state = RecordState.objects.filter(pk=uid).first()
    definition = OF_LAYER.get(state.layer) if state is not None else None
    row = None
    if definition is not None:
        audience = LAYERS[definition.layer].audience
        rows = definition.model._default_manager.seen_by(viewer, audience)  # type: ignore[attr-defined]
        row = rows.filter(uid=uid).select_related("unit__parent", "run__user").defer("unit__geom").first()
    if definition is None or row is None:
        raise NotFound(_("There is no such record, or it has been removed."))
    return definition, row


def forms_about(viewer: Viewer, uid: UUID) -> Any:
    """Return what the field sent about a record, and about those merged into it, the latest first."""
    merges = FieldChange.objects.filter(record=uid, field__startswith="merged ").values_list("old", flat=True)
    same = [uid, *(old["uid"] for old in merges if old and "uid" in old)]
    rows = Submission.objects.seen_by(viewer).filter(record__in=same)
    return rows.select_related("device__user").defer("raw").order_by("-received_at")


def photos(forms: list[Submission]) -> Any:
    """Return the photos of a record, the latest first; what was thrown out shows nothing of it."""
    kept = [each.pk for each in forms if each.state != SubmissionState.REJECTED]
    rows = Attachment.objects.filter(submission__in=kept, state=AttachmentState.STORED)
    return rows.select_related("submission__device__user").defer("submission__raw").order_by("-stored_at", "name")


def facts(definition: Definition, row: Any) -> list[tuple[str, str]]:
    """Return what is stored of a record now, question by question."""
    values = {
        question.name: row.id_last4 if question.name == "national_id" else told(getattr(row, question.name), "")
        for question in definition.questions
        if not question.review
    }
    answers = [(title_of(definition, name), shown(definition, name, value)) for name, value in values.items()]
    accuracy = getattr(row, "accuracy_m", None)
    place = size(row.geom) + (f" (± {accuracy:.0f} m)" if accuracy and row.geom else "")
    return [*answers, (title_of(definition, "line" if definition.geometry == "line" else "location"), place)]


def reviews(definition: Definition, row: Any) -> dict[str, Any] | None:
    """Return the answers of each year side by side; None where a record has none."""
    if definition.layer != "households":
        return None
    known = list(row.reviews.order_by("year"))
    asked = [question.name for question in definition.questions if question.review]
    lines = [
        (title_of(definition, name), [shown(definition, name, getattr(each, name)) for each in known]) for name in asked
    ]
    return {"years": [each.year for each in known], "lines": lines} if known else None


@require_safe
def record_place(request: AskedRequest, uid: UUID) -> HttpResponse:
    """Answer with where a record lies, for the map of its page."""
    viewer = office(request.viewer)
    definition, row = found(viewer, uid)
    record_read(viewer, definition.layer, "record map", f"id={row.pk}", 1)
    return answer(
        {"type": "FeatureCollection", "features": [drawn(row.geom, "mine", str(row))] if row.geom is not None else []}
    )
