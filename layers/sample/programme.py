"""What communes declare against each indicator, and what was counted for them."""

from datetime import date

from layers.models import Declaration, Indicator, Statistic, Unit

from .facts import MARK, facts


def store_statistics(units: dict[str, Unit]) -> None:
    known = facts("programme")["statistics"]
    Statistic.objects.bulk_create(
        Statistic(
            unit=units[commune],
            year=year,
            code=code,
            numerator=part,
            denominator=whole,
            source=MARK,
            as_of=date(year, 12, 15),
        )
        for code, by_commune in known.items()
        if code != "years"
        for commune, counts in by_commune.items()
        for year, (part, whole) in zip(known["years"], counts, strict=True)
    )


def store_declarations(units: dict[str, Unit]) -> None:
    """Store what the two communes declare, against the set in force in each year."""
    known = facts("programme")
    rows = []
    for year_at, year in enumerate(known["years"]):
        of_year = Indicator.objects.filter(
            criterion__criteria_set__first_year__lte=year, criterion__criteria_set__last_year__gte=year
        )
        indicators = {f"{one.code} {one.part}".strip(): one for one in of_year}
        for key, by_commune in known["declared"].items():
            for commune, by_year in by_commune.items():
                status, _, value = by_year[year_at].partition(" ")
                rows.append(
                    Declaration(
                        unit=units[commune],
                        indicator=indicators[key],
                        year=year,
                        status=status,
                        value=float(value) if value else None,
                        evidence=known["evidence"].get(key, known["evidence"]["*"]),
                        source=_source(key, commune, year),
                        as_of=date(year, 12, 15),
                    )
                )
    Declaration.objects.bulk_create(rows)


def _source(key: str, commune: str, year: int) -> str:
    """Return where a declaration comes from: what was published of this very indicator, else the commune's report."""
    sources = facts("programme")["sources"]
    published = sources["published"].get(commune, {}).get(str(year), {}).get(key)
    return f"{MARK}. {published}" if published else f"{MARK}: {sources['report']}, {year}"
