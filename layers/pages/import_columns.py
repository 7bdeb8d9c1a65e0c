"""`/import/columns/`: which columns a file for each layer has, and an empty sheet to fill in. Of no row, so for all."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from layers.criteria.measures.counted import BY_CODE
from layers.imports.blank import blank
from layers.imports.columns import described
from layers.imports.targets import target_of, targets
from layers.mapserver.asked import only
from layers.models.statistics import Counted
from layers.sessions import AskedRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def columns_page(request: AskedRequest) -> HttpResponse:
    """Show the columns of every layer; those of `layer` unfolded."""
    only(request, ("layer",))
    chosen = request.GET.get("layer", "")
    if chosen:
        target_of(chosen)
    return render(request, "import/columns.html", {"layers": listed(), "chosen": chosen})


def listed() -> list[dict[str, Any]]:
    """Return each layer with its columns; that of statistics also with what is counted, in which units."""
    return [
        {"target": target, "columns": described(target), "counted": counted() if target.slug == "statistics" else []}
        for target in targets().values()
    ]


def counted() -> list[dict[str, Any]]:
    """Return what statistics there are: what the numerator counts and what the denominator, each with its unit."""
    return [{"code": code, "measure": BY_CODE[code], "whole_unit": BY_CODE[code].whole_unit or BY_CODE[code].unit}
            for code in Counted.values]  # fmt: skip


@require_safe
def blank_sheet(request: AskedRequest, slug: str) -> HttpResponse:
    """Send an empty sheet with the headings of a layer in the language of the page."""
    only(request, ())
    target = target_of(slug)
    response = HttpResponse(blank(target), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{target.slug}.xlsx"'
    return response
