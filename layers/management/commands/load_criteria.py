"""manage.py load_criteria: the criteria sets of fixtures/criteria into the store."""

from typing import Any

from django.core.management.base import BaseCommand

from layers.criteria.sets import load_all


class Command(BaseCommand):
    help = "Load the criteria sets that come with the product; thresholds changed since are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        for criteria_set in load_all():
            self.stdout.write(f"{criteria_set.code}: {criteria_set.name}")
