"""`/evidence/<id>/`: a photo or document, to the staff of its area alone."""

from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from layers.errors import NotAllowed, NotFound
from layers.models import Evidence, record_read
from layers.models.programme import EvidenceKind
from layers.programme.cycle import require_draft
from layers.programme.declaring import may_declare
from layers.programme.evidence import remove, seen_by
from layers.programme.levels import Levels
from layers.programme.settling import require_open
from layers.sessions import AskedRequest

TYPES = {EvidenceKind.PHOTO: "image/jpeg", EvidenceKind.DOCUMENT: "application/pdf"}


@require_safe
def show(request: AskedRequest, pk: int) -> FileResponse:
    row = seen_by(request.viewer, pk)
    if row.personal:
        record_read(request.viewer, "evidence", "file", row.name, 1)
    try:
        file = row.file.open("rb")
    except FileNotFoundError as error:
        raise NotFound(_("The file is no longer where it was stored. Ask who keeps the server.")) from error
    kind = EvidenceKind(row.kind)
    # A document of a stranger is never opened within the product.
    response = FileResponse(
        file, content_type=TYPES[kind], filename=row.name, as_attachment=kind is EvidenceKind.DOCUMENT
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def discard(request: AskedRequest, pk: int) -> HttpResponse:
    """Remove a file: of a declaration by its commune while it assesses itself, of an open finding by its editors."""
    row = seen_by(request.viewer, pk)
    with transaction.atomic():
        back = _require_own(request, row)
        remove(row)
    return back


def _require_own(request: AskedRequest, row: Evidence) -> HttpResponse:
    if row.declaration is not None:
        if not may_declare(Levels(request.viewer), row.unit):
            raise NotAllowed(_("Only %(unit)s itself declares its results."), unit=row.unit)
        require_draft(row.unit, row.declaration.year)
        return redirect("declare", row.unit_id, row.declaration.year, row.declaration.indicator_id)
    if row.finding is not None and request.viewer.may_edit:
        require_open(row.finding)
        return redirect("finding", row.finding_id)
    raise NotAllowed(_("What was handed in with a step stays with it."))
