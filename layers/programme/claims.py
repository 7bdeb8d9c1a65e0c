"""Declared results that come in a file, held to what the declaring page asks for."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils import translation

from layers.criteria.limits import Limits, limits_of
from layers.errors import Refused
from layers.imports.judging import Claim, Fault
from layers.models import Evidence, Indicator, Unit

from .sense import Told, require_sense


def contradictions(claims: list[Claim]) -> Iterator[Fault]:
    """Yield each line that cannot be so, with why in both languages. Eight statements for each year of a file."""
    by_year: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_year[claim.year].append(claim)
    for year, of_year in by_year.items():
        units = Unit.objects.defer("geom", "point")
        indicators = Indicator.objects.in_bulk({claim.indicator for claim in of_year})
        known = units.in_bulk({claim.unit for claim in of_year})
        limits = limits_of(known.values(), indicators.values(), year)
        files = _with_files(known, year)
        for claim in of_year:
            why = _wrong(claim, indicators[claim.indicator], limits, files=(claim.unit, claim.indicator) in files)
            if why:
                yield claim.line, why


def _with_files(units: dict[int, Unit], year: int) -> set[tuple[int, int]]:
    behind = Evidence.objects.filter(declaration__unit__in=units, declaration__year=year)
    return set(behind.values_list("declaration__unit", "declaration__indicator"))


def _wrong(claim: Claim, indicator: Indicator, limits: Limits, *, files: bool) -> dict[str, str]:
    limit = limits.get((claim.unit, claim.indicator))
    told = Told(
        claim.status, claim.value, claim.numerator, claim.denominator, claim.evidence, "", claim.as_of,
        claim.decision_number,
    )  # fmt: skip
    try:
        require_sense(indicator, told, limit.value if limit else None, claim.year, files=files)
    except Refused as error:
        why = {}
        for language in ("vi", "en"):
            with translation.override(language):
                why[language] = str(error)
        return why
    return {}
