"""Indicators and values from a sheet: downloaded, completed in Excel, checked row by row, stored all or not at all."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl.styles import Font

from layers.criteria.sheets import Sheet, headings, read_sheet, store_sheet, table_of
from layers.errors import Malformed, Refused
from layers.models import CriteriaSet
from layers.sessions import AskedRequest

from .entering import keeper
from .forms import SheetForm
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
    """Check a sheet, and store it if its sender says so and nothing is wrong in it."""
    keeper(request)
    criteria_set = set_of(code)
    form = SheetForm(request.POST or None, request.FILES or None)
    sheet = None
    if request.method == "POST" and form.is_valid():
        storing = request.POST.get("store") == "yes"
        if storing and not form.cleaned_data["reason"].strip():
            form.add_error("reason", _("Say why the values are stored."))
        else:
            sheet = read(form, criteria_set)
            if sheet and storing and not sheet.findings and sheet.rows:
                store_sheet(sheet, criteria_set, form.cleaned_data["reason"])
                messages.success(request, _("%(count)s indicators are stored.") % {"count": len(sheet.rows)})
                return redirect("criteria_set", code)
    page = {"set": criteria_set, "form": form, "sheet": sheet}
    refused = form.errors or (sheet is not None and sheet.findings)
    return render(request, "criteria/sheet.html", page, status=422 if refused else 200)


def read(form: SheetForm, criteria_set: CriteriaSet) -> Sheet | None:
    """Return what an uploaded file says; where it is no table at all, the form says why."""
    file: UploadedFile = form.cleaned_data["file"]
    if (file.size or 0) > settings.LIMITS["SHEET_BYTES"]:
        form.add_error("file", _("A sheet of indicators has no more than %(limit)s MB.")
                       % {"limit": settings.LIMITS["SHEET_BYTES"] // 1024**2})  # fmt: skip
        return None
    with TemporaryDirectory(prefix="gis-ntm-") as folder:
        path = Path(folder) / f"sheet{Path(file.name or '').suffix.lower()[:6]}"
        path.write_bytes(file.read())
        try:
            return read_sheet(path, criteria_set)
        except (Refused, Malformed) as error:
            form.add_error("file", str(error))
    return None
