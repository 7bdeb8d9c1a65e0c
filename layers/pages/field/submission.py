"""`/field/inbox/<id>/`: one submission, value by value, and everything that can be decided about it."""

import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from layers.access import Audience, Viewer
from layers.criteria.results import in_language
from layers.errors import Clash, Malformed, NotFound, Refused
from layers.fieldwork import decisions
from layers.fieldwork.definitions import Definition
from layers.fieldwork.filled import Filled
from layers.fieldwork.opening import reopen
from layers.fieldwork.placing import point_of
from layers.fieldwork.refusals import title_of
from layers.fieldwork.rules import shown as spot_json
from layers.fieldwork.titles import titles
from layers.models import LAYERS, Attachment, Household, Submission, record_read
from layers.models.criteria import last_assessed_year
from layers.models.duplicates import Likeness
from layers.models.submissions import AttachmentState
from layers.pages.answers import answer
from layers.sessions import AskedRequest

from . import since
from .assessing import assess_soon
from .inbox import office, undecided
from .record_address import address_of
from .stored_by import stored_by
from .words import flag_words, shown


def submission_of(viewer: Viewer, pk: int) -> Submission:
    rows = Submission.objects.seen_by(viewer).select_related("form", "unit__parent", "device__user")
    found = rows.defer("unit__geom", "unit__parent__geom").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such submission."))
    return found


@require_safe
def submission_page(request: AskedRequest, pk: int) -> HttpResponse:
    viewer = office(request.viewer)
    submission = submission_of(viewer, pk)
    filled, definition = reopen(submission)
    record_read(viewer, "submissions", "inbox", f"id={pk}", 1)
    year = last_assessed_year()
    response = render(
        request,
        "field/submission.html",
        {
            "submission": submission,
            "definition": definition,
            "title": titles([submission])[submission.pk] or definition.title,
            "flags": flag_words(submission.flags),
            "answers": answers(definition, filled),
            "year": filled.year,
            "location": filled.location,
            "conflicts": conflicts(submission, definition, filled),
            "proposals": proposals(submission, definition),
            "duplicates": duplicates(viewer, submission),
            "merged": merged(submission),
            "photos": submission.attachments.filter(state=AttachmentState.STORED),
            "missing": submission.attachments.exclude(state__in=(AttachmentState.STORED, AttachmentState.WAIVED)),
            "decidable": submission.state not in ("returned", "rejected"),
            "next": following(viewer, submission),
            "record": record_address(viewer, definition, submission),
            "start": {
                "points": reverse("field_submission_place", args=[pk]),
                "layers": f"{reverse('catalogue')}?year={year}",
            },
        },
    )
    response["Cache-Control"] = "private, no-store"
    return response


def answers(definition: Definition, filled: Filled) -> list[dict[str, Any]]:
    """Return each answer with what the phone knew before."""
    found = [
        {
            "title": title_of(definition, name),
            "old": shown(definition, name, edit.old),
            "new": shown(definition, name, edit.new),
            "changed": edit.old not in (None, "") and edit.old != edit.new,
        }
        for name, edit in filled.fields.items()
    ]
    if filled.location is not None:
        old = shown(definition, "location", spot_json(filled.location.old))
        new = shown(definition, "location", spot_json(filled.location.spot))
        found.append(
            {"title": title_of(definition, "location"), "old": old, "new": new, "changed": filled.location.old}
        )
    return found


def conflicts(submission: Submission, definition: Definition, filled: Filled) -> list[dict[str, Any]]:
    return [
        {
            "row": each,
            "title": title_of(definition, each.field),
            "base": shown(definition, each.field, each.base),
            "theirs": shown(definition, each.field, each.theirs) if each.field else _("removed"),
            "stored_by": stored_by(submission, definition, each, filled.year),
            "since": since.asked_of(each, filled),
            "mine": shown(definition, each.field, each.mine)
            if each.field
            else "; ".join(
                f"{title_of(definition, name)}: {shown(definition, name, value)}"
                for name, value in (each.mine or {}).items()
            ),
        }
        for each in submission.conflicts.select_related("decided_by").order_by("pk")
    ]


def proposals(submission: Submission, definition: Definition) -> list[dict[str, Any]]:
    field = "category" if definition.form_id == "household" else "found"
    return [
        {
            "row": each,
            "what": f"{each.indicator.code} {in_language(each.indicator)}"
            if each.indicator
            else title_of(definition, field),
            "old": shown(definition, field, each.old),
            "new": shown(definition, field, each.new),
            "answers": [
                (title_of(definition, name), shown(definition, name, value)) for name, value in each.answers.items()
            ],
        }
        for each in submission.proposals.select_related("indicator", "decided_by", "unit")
    ]


def duplicates(viewer: Viewer, submission: Submission) -> list[dict[str, Any]]:
    """Return the pairs that may be one household, as far as both are the viewer's to see."""
    mine = Household.objects.seen_by(viewer, Audience.PERSONAL).select_related("unit").defer("unit__geom")
    found = []
    for each in submission.duplicates.filter(state="open"):
        both = list(mine.filter(pk__in=(each.first_id, each.second_id)).order_by("pk"))
        if len(both) == 2:
            reasons = [str(Likeness(reason).label) for reason in each.reasons]
            found.append({"row": each, "both": both, "reasons": reasons})
    record_read(viewer, "households", "inbox", f"duplicates of submission {submission.pk}", 2 * len(found))
    return found


def merged(submission: Submission) -> list[dict[str, Any]]:
    """Return the households that were merged because of a submission: which into which, by whom and when."""
    rows = submission.changes.filter(field__startswith="merged ").order_by("pk")
    return [
        {
            "gone": row.old["name"],
            "kept": row.new["name"],
            "by": row.new["by"],
            "at": datetime.fromisoformat(row.new["at"]),
        }
        for row in rows
        if row.old and row.new
    ]


def following(viewer: Viewer, submission: Submission) -> int | None:
    """Return the next submission that waits for a decision."""
    rows = Submission.objects.seen_by(viewer).filter(undecided()).exclude(pk=submission.pk)
    return rows.order_by("-received_at").values_list("pk", flat=True).first()


def record_address(viewer: Viewer, definition: Definition, submission: Submission) -> str:
    """Return the address of the record that a submission is about, or that it was merged into; "" for none."""
    merged_into = submission.changes.filter(field__startswith="merged ").values_list("record", flat=True)
    for uid in (submission.record, *merged_into) if definition.layer else ():
        if definition.model._default_manager.filter(uid=uid).exists():
            return address_of(viewer, definition.layer, submission.unit.path, uid)
    return ""


@require_safe
def place(request: AskedRequest, pk: int) -> HttpResponse:
    """Answer with where a submission lies and where its record is stored, for the map of the page."""
    viewer = office(request.viewer)
    submission = submission_of(viewer, pk)
    features = []
    if submission.point is not None:
        features.append(drawn(submission.point, "mine", _("from the field")))
    if "far" in submission.flags and submission.unit.point is not None:
        # Alone on an empty map it would tell nobody how far away it is.
        features.append(drawn(submission.unit.point, "unit", str(submission.unit)))
    layer = LAYERS.get(submission.form.definition["layer"] or "")
    if layer is not None:
        rows = layer.model._default_manager.seen_by(viewer, layer.audience)  # type: ignore[attr-defined]
        row = rows.filter(uid=submission.record).first()
        if row is not None and row.geom is not None:
            features.append(drawn(row.geom, "stored", _("stored")))
    filled, _definition = reopen(submission)
    if filled.location is not None and filled.location.old is not None:
        features.append(drawn(point_of(filled.location.old), "before", _("before")))
    record_read(viewer, "submissions", "inbox map", f"id={pk}", len(features))
    return answer({"type": "FeatureCollection", "features": features})


def drawn(geom: GEOSGeometry, state: str, title: str) -> dict[str, Any]:
    return {"type": "Feature", "geometry": json.loads(geom.json), "properties": {"state": state, "title": title}}


@require_safe
def photo(request: AskedRequest, pk: int, attachment: int) -> HttpResponse:
    """Answer with a photo. What it shows may be a person's home: each look is noted."""
    viewer = office(request.viewer)
    submission = submission_of(viewer, pk)
    found = Attachment.objects.filter(submission=submission, pk=attachment, state=AttachmentState.STORED).first()
    if found is None:
        raise NotFound(_("There is no such file."))
    record_read(viewer, "submissions", "photo", f"id={pk} {found.name}", 1)
    with found.file.open() as file:
        response = HttpResponse(file.read(), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def decide(request: AskedRequest, pk: int) -> HttpResponse:
    """Carry out one decision and come back to the page, which shows what became of it."""
    viewer = office(request.viewer)
    try:
        with transaction.atomic():
            submission = decisions.found(viewer, pk)
            _carry_out(request, viewer, submission)
        messages.success(request, _("Decided."))
    except (Clash, Refused) as error:
        # Somebody was quicker, or something is missing: said on the page, where it can be put right.
        messages.error(request, str(error))
    assess_soon()
    return redirect("field_submission", pk)


def _carry_out(request: AskedRequest, viewer: Viewer, submission: Submission) -> None:
    said = request.POST
    match said.get("decision", ""):
        case "conflict":
            decisions.decide_conflict(
                viewer, submission, _id(said.get("id")), said.get("verdict", ""), since.said_in(said)
            )
        case "approve" | "decline" as word:
            decisions.decide_proposal(viewer, submission, _id(said.get("id")), word == "approve")
        case "merge":
            decisions.decide_duplicate(viewer, submission, _id(said.get("id")), _id(said.get("keep")))
        case "two":
            decisions.decide_duplicate(viewer, submission, _id(said.get("id")), None)
        case "return" | "reject" as word:
            decisions.give_back(viewer, submission, said.get("note", ""), reject=word == "reject")
        case "place":
            decisions.confirm_place(viewer, submission)
        case "let_in":
            decisions.let_in(viewer, submission)
        case "let_pass":
            decisions.let_pass(viewer, submission, _id(said.get("id")))
        case _:
            raise Malformed(_("The request is not one that this server answers."))


def _id(text: str | None) -> int:
    if not text or not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Malformed(_("The request is not one that this server answers."))
    return int(text)
