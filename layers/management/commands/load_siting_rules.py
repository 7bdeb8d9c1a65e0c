"""manage.py load_siting_rules: the conditions on the place of a waste site, from the fixture; edited ones stay."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers.planning.waste.rules import load_rules


class Command(BaseCommand):
    help = "Store the siting rules of fixtures/planning/siting-rules.json that are not stored yet."

    def handle(self, *args: Any, **options: Any) -> None:
        stored = load_rules()
        said = ngettext("%(number)d siting rule stored.", "%(number)d siting rules stored.", stored)
        self.stdout.write(said % {"number": stored} if stored else _("Every siting rule was stored already."))
