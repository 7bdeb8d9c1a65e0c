"""Criteria sets from fixtures/criteria/*.json into the store."""

import json
from pathlib import Path

from django.conf import settings
from django.db import transaction

from layers.models import CriteriaSet, Criterion, Indicator, Threshold

FIXTURES = Path(settings.BASE_DIR) / "fixtures" / "criteria"


@transaction.atomic
def load_set(path: Path) -> CriteriaSet:
    """Store one criteria set, or bring the stored one up to the file; thresholds edited since are left alone.

    A threshold is found by indicator, first year, region and province: a value that an office changed keeps
    its change, because only thresholds that are not there yet are added, and only the source of those that nobody
    ever changed is told in the file's words.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    fields = ("name", "legal_basis", "first_year", "last_year", "source")
    criteria_set, _ = CriteriaSet.objects.update_or_create(
        code=document["code"], defaults={name: document[name] for name in fields}
    )
    for criterion_row in document["criteria"]:
        indicators = criterion_row.pop("indicators")
        number = criterion_row.pop("number")
        criterion, _ = Criterion.objects.update_or_create(
            criteria_set=criteria_set, number=number, defaults=criterion_row
        )
        for indicator_row in indicators:
            _load_indicator(criterion, indicator_row, document)
    return criteria_set


def _load_indicator(criterion: Criterion, row: dict, document: dict) -> None:
    thresholds = row.pop("thresholds")
    indicator, _ = Indicator.objects.update_or_create(
        criterion=criterion, code=row.pop("code"), part=row.pop("part"), defaults=row
    )
    for threshold in thresholds:
        source = sources_in_words(threshold["source"], document["sources"])
        kept, made = Threshold.objects.get_or_create(
            indicator=indicator,
            first_year=threshold.get("first_year", document["first_year"]),
            region=threshold["region"],
            province_code=threshold.get("province_code", ""),
            defaults={
                "value": threshold["value"],
                "verified": threshold["verified"],
                "source": source,
            },
        )
        if not made and kept.value == threshold["value"] and not _changed_by_somebody(kept):
            Threshold.objects.filter(pk=kept.pk).exclude(source=source).update(source=source)


def _changed_by_somebody(threshold: Threshold) -> bool:
    """Tell whether anybody changed a value with a reason, as the pages have it."""
    return threshold.events.filter(pgh_label="update", pgh_context__isnull=False).exists()  # type: ignore[attr-defined]


def sources_in_words(source: str, titles: dict[str, str]) -> str:
    """Return the titles of a fixture's source ids ("a; b"), or the text itself where it is none."""
    return "; ".join(titles.get(part, part) for part in source.split("; "))[:300]


def load_all() -> list[CriteriaSet]:
    return [load_set(path) for path in sorted(FIXTURES.glob("*.json"))]
