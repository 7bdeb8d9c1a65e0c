"""Siting rules: from the fixture into the store, and from the store into a study."""

import json
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.models import SitingRule
from layers.models.siting import Bound

from .rule import Rule

FIXTURE = Path(settings.BASE_DIR) / "fixtures" / "planning" / "siting-rules.json"


@transaction.atomic
def load_rules() -> int:
    """Store the rules of the fixture that are not there yet, and return how many: what an office edited stays."""
    document = json.loads(FIXTURE.read_text(encoding="utf-8"))
    made = 0
    for row in document["rules"]:
        key = {name: row[name] for name in ("kind", "subject", "bound")}
        rest = {name: row[name] for name in ("value", "rule", "verified", "note")}
        source = document["sources"][row["source"]]
        _rule, created = SitingRule.objects.get_or_create(**key, defaults=rest | {"source": source})
        made += created
    return made


def rules_of(kind: str) -> tuple[Rule, ...]:
    """Return the rules in use for a kind of site. Raises Refused where none are stored."""
    found = SitingRule.objects.filter(kind=kind, active=True).order_by("subject", "bound")
    rules = tuple(
        Rule(row.subject, row.value, row.bound == Bound.MOST, row.rule, row.verified, row.source, row.note)
        for row in found
    )
    if not rules:
        raise Refused(_("No siting rules are in use for this kind of site. Load them: manage.py load_siting_rules."))
    return rules
