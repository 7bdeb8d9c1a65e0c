"""Indicators and values from a sheet: downloaded, completed in Excel, checked row by row, stored all or not at all."""

import hashlib
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl.styles import Font

from layers.criteria.rehearsing import rehearse
from layers.criteria.sheets import VALUES, Sheet, headings, read_sheet, store_sheet, table_of
from layers.errors import Malformed, Refused
from layers.mapserver.values import number
from layers.models import CheckedSheet, CriteriaSet
from layers.sessions import AskedRequest

from .entering import keeper
from .forms import SheetForm, StoreForm
from .indicator import follow
from .sets import set_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def sheet_file(request: AskedRequest, code: str) -> HttpResponse:
    """Send what a set holds as a sheet: titles for people, names by which they are read back, then the rows."""
    criteria_set = set_of(code)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = code
    columns = headings()
    sheet.append([title for _name, title in columns])
    sheet.append([name for name, _title in columns])
    for row in table_of(criteria_set):
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["D"].width = sheet.column_dimensions["E"].width = 60
    sheet.freeze_panes = "D3"
    written = io.BytesIO()
    book.save(written)
    response = HttpResponse(written.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{code}.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_page(request: AskedRequest, code: str) -> HttpResponse:
    """Check a sheet and show what it would store; store the one that was shown, once its sender says why."""
    keeper(request)
    criteria_set = set_of(code)
    if request.method == "POST" and request.POST.get("store") == "yes":
        return store(request, criteria_set)
    form = SheetForm(request.POST or None, request.FILES or None)
    sheet = storing = None
    if request.method == "POST" and form.is_valid():
        sheet, storing = check(request, form, criteria_set)
    return shown(request, criteria_set, form, sheet, storing)


def check(request: AskedRequest, form: SheetForm, criteria_set: CriteriaSet) -> tuple[Sheet | None, StoreForm | None]:
    """Return what an uploaded file says, and the form that stores it; that is kept until it is stored or replaced."""
    file: UploadedFile = form.cleaned_data["file"]
    if (file.size or 0) > settings.LIMITS["SHEET_BYTES"]:
        form.add_error("file", _("A sheet of indicators has no more than %(limit)s MB.")
                       % {"limit": settings.LIMITS["SHEET_BYTES"] // 1024**2})  # fmt: skip
        return None, None
    content, name = file.read(), Path(file.name or "").name[-120:]
    try:
        sheet = read(name, content, criteria_set)
    except (Refused, Malformed) as error:
        form.add_error("file", str(error))
        return None, None
    if sheet.findings or not sheet.rows:
        return sheet, None
    sha256 = hashlib.sha256(content).hexdigest()
    CheckedSheet.objects.update_or_create(
        user_id=sender(request), criteria_set=criteria_set,
        defaults={"name": name, "sha256": sha256, "content": content},
    )  # fmt: skip
    return sheet, StoreForm(initial={"checked": sha256})


def store(request: AskedRequest, criteria_set: CriteriaSet) -> HttpResponse:
    """Store the sheet that was checked, unless the set has changed meanwhile so that it no longer fits."""
    storing = StoreForm(request.POST)
    asked = request.POST.get("checked", "")
    kept = CheckedSheet.objects.filter(user_id=sender(request), criteria_set=criteria_set, sha256=asked).first()
    if kept is None:
        form = SheetForm()
        form.errors["file"] = form.error_class([_("This sheet was stored or replaced since. Send it again.")])
        return shown(request, criteria_set, form, None, None)
    sheet = read(kept.name, bytes(kept.content), criteria_set)
    if sheet.findings or not storing.is_valid():
        return shown(request, criteria_set, SheetForm(), sheet, None if sheet.findings else storing)
    with transaction.atomic():
        follow(store_sheet(sheet, criteria_set, storing.cleaned_data["reason"]))
        kept.delete()
    messages.success(request, _("%(count)s indicators are stored.") % {"count": sheet.created + sheet.on_record})
    return redirect("criteria_set", criteria_set.code)


def sender(request: AskedRequest) -> int:
    assert request.user.pk is not None  # noqa: S101  # a keeper of the sets is signed in
    return request.user.pk


def shown(
    request: AskedRequest, criteria_set: CriteriaSet, form: SheetForm, sheet: Sheet | None, storing: StoreForm | None
) -> HttpResponse:
    page = {
        "set": criteria_set,
        "form": form,
        "sheet": sheet,
        "storing": storing,
        "preview": preview_of(sheet) if storing and sheet else [],
        "turning": rehearse(criteria_set, lambda: store_sheet(sheet, criteria_set, "")) if storing and sheet else None,
    }
    refused = form.errors or (sheet is not None and sheet.findings) or (storing is not None and storing.errors)
    return render(request, "criteria/sheet.html", page, status=422 if refused else 200)


def preview_of(sheet: Sheet) -> list[dict[str, object]]:
    """Return each row as it would be stored, with its values by the title of their column."""
    titles = dict(headings())
    return [
        {
            "line": line,
            "code": row["code"],
            "name": row["name_vi"],
            "sign": row.get("comparator") or "",
            "unit": row.get("unit") or "",
            "values": [(titles[name], number(row[name])) for name in VALUES if row.get(name) is not None],
            "source": row.get("source") or "",
        }
        for line, row in sheet.rows
    ]


def read(name: str, content: bytes, criteria_set: CriteriaSet) -> Sheet:
    """Return what a file says. Raises Refused or Malformed where it is no table at all."""
    with TemporaryDirectory(prefix="gis-ntm-") as folder:
        # By its own name, which is told where the file is refused.
        own = Path(name)
        path = Path(folder) / f"{own.stem[-60:] or 'sheet'}{own.suffix.lower()[:6]}"
        path.write_bytes(content)
        return read_sheet(path, criteria_set)
