"""manage.py send_alerts: write to everybody whose area has changed since the last letter. For a daily timer."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from layers.reports.alerts.letters import send_all


class Command(BaseCommand):
    help = "Send what changed by e-mail, if GIS_NTM_EMAIL_URL and GIS_NTM_PUBLIC_ADDRESS are set."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.SENDS_EMAIL and settings.PUBLIC_ADDRESS):
            raise CommandError(
                "Set GIS_NTM_EMAIL_URL (smtp://…) and GIS_NTM_PUBLIC_ADDRESS (https://…) to send e-mail. "
                "Hãy đặt GIS_NTM_EMAIL_URL và GIS_NTM_PUBLIC_ADDRESS để gửi thư điện tử."
            )
        sent, failed = send_all(timezone.now())
        self.stdout.write(f"{sent} sent, {failed} failed")
        if failed:
            raise CommandError("Some letters could not be sent; the log says why. Một số thư không gửi được.")
