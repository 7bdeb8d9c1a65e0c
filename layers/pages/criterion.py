"""`/units/<id>/criteria/<n>.json`: why a criterion is met, unmet or unknown, down to the rows behind it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from layers.access import Audience, Viewer
from layers.criteria.measures import Measure
from layers.criteria.results import IndicatorResult, criteria_of, in_language, indicators_of
from layers.errors import NotFound
from layers.mapserver.asked import year_of
from layers.mapserver.values import number as in_figures
from layers.models import LAYERS, Comparator, Declaration, Status, Unit
from layers.reports.needs import blurred, in_words, reads_words, sees_counts, shown_value, sums
from layers.sessions import AskedRequest

from .answers import answer
from .asking import find_unit
from .units import criterion_json, identity


@require_safe
def criterion_panel(request: AskedRequest, pk: int, number: int) -> HttpResponse:
    year = year_of(request)
    unit = find_unit(pk)
    criterion = next((result for result in criteria_of(unit, year) if result.number == number), None)
    if criterion is None:
        raise NotFound(_("There is no criterion %(number)s in %(year)s."), number=number, year=year)
    return answer(
        {
            "unit": identity(unit),
            "year": year,
            "criterion": criterion_json(unit, criterion, year),
            "indicators": [
                indicator_json(result, unit, year, request.viewer) for result in indicators_of(unit, number, year)
            ],
        }
    )


def indicator_json(result: IndicatorResult, unit: Unit, year: int, viewer: Viewer) -> dict[str, Any]:
    indicator, measure = result.indicator, result.measure
    exact = sees_counts(viewer, unit, measure)
    value = result.value if exact else blurred(result)
    return {
        "code": indicator.code,
        "part": indicator.part,
        "name": in_language(indicator),
        "verified": indicator.verified,
        "boolean": indicator.boolean,
        "comparator": str(Comparator(indicator.comparator).label),
        "unit": indicator.unit,
        "status": str(result.status),
        "status_title": str(Status(result.status).label),
        "differs": result.differs,
        "threshold": result.threshold,
        "threshold_verified": result.threshold_verified,
        "threshold_source": result.threshold_source,
        "value": value,
        "shown": "" if value is None else shown_value(value, result),
        "hidden": value is None and result.value is not None,
        "computed": computed_json(result, measure) if exact else None,
        "declared": declared_json(result.declared, exact, reads_words(viewer, unit)),
        "needs": in_words(result, exact, quoted=reads_words(viewer, unit)),
        "rows": rows_json(measure, unit, year, viewer),
    }


def computed_json(result: IndicatorResult, measure: Measure | None) -> dict[str, Any] | None:
    """Return what the rows say, in the measure's own unit: metres of road become kilometres."""
    computed = result.computed
    if computed is None:
        return None
    scale = measure.scale if measure else 1
    # Where part and whole are counted in units of their own (dong and people), each says its own.
    of, whole_unit = (str(measure.unit), str(measure.whole_unit)) if measure else ("", "")

    def scaled(value: float | None, unit: str = "") -> dict[str, Any] | None:
        if value is None:
            return None
        return {"value": value * scale, "shown": f"{in_figures(value * scale)} {unit}".strip()}

    return {
        "status": computed.status,
        "status_title": computed.get_status_display(),
        "numerator": scaled(computed.numerator, of if whole_unit else ""),
        "denominator": scaled(computed.denominator, whole_unit),
        "undetermined": scaled(computed.undetermined),
        "lacking": scaled(result.lacking),
        "of": "" if whole_unit else of,
        "sums": sums(measure, computed.numerator or 0, computed.denominator, result)
        if measure and computed.denominator
        else "",
        "title": str(measure.title) if measure else "",
        "formula": measure.formula if measure else "",
        "assessed_at": computed.assessed_at.isoformat(),
    }


def declared_json(declared: Declaration | None, exact: bool, words: bool) -> dict[str, Any] | None:
    """Return what the commune says; of people, only the result to those not entitled to more, and what it wrote (which
    may name persons) to its staff alone."""
    if declared is None:
        return None
    return {
        "status": declared.status,
        "status_title": declared.get_status_display(),
        "value": declared.value if exact else None,
        "numerator": declared.numerator if exact else None,
        "denominator": declared.denominator if exact else None,
        "evidence": declared.evidence if exact and words else "",
        "source": declared.source if words else "",
        "as_of": declared.as_of and declared.as_of.isoformat(),
    }


def rows_json(measure: Measure | None, unit: Unit, year: int, viewer: Viewer) -> dict[str, Any] | None:
    """Return the link to the rows that keep an indicator down, for those who may see such rows there."""
    if measure is None or not measure.layer:
        return None
    layer = LAYERS[measure.layer]
    if not viewer.may_see(layer.audience) or not (layer.audience is Audience.PUBLIC or viewer.covers(unit.path)):
        return None
    query = urlencode({"unit": unit.pk, "year": year, "measure": measure.slug})
    return {"layer": layer.slug, "title": str(layer.title), "url": f"{reverse('table', args=[layer.slug])}?{query}"}
