"""What a phone must fetch anew: for every record that field work keeps, its version and the change that made it.

A trigger of migration 0040 counts at each change, whoever made it. `xid` is the number of the transaction: a
reader who is given only rows of transactions older than every one still open can go on from where the last
answer ended and misses nothing that was committed late. A row that is gone stays as a tombstone.
"""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RecordState(models.Model):
    # Both references to units lead an index below; one more for each would only be written.
    uid = models.UUIDField(primary_key=True)
    #: The slug of its map layer.
    layer = models.CharField(max_length=20)
    # Units are never removed while rows refer to them; a tombstone refers to none that matters.
    unit = models.ForeignKey("layers.Unit", models.CASCADE, related_name="+", db_index=False)
    #: Where it was before it last moved to another unit, whose phones must let it go.
    before = models.ForeignKey("layers.Unit", models.SET_NULL, null=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    xid = models.BigIntegerField()
    deleted = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("state of a record")
        verbose_name_plural = _("states of records")
        indexes = [
            models.Index(fields=["unit", "xid", "uid"], name="recordstate_by_unit"),
            models.Index(fields=["before", "xid"], condition=Q(before__isnull=False), name="recordstate_by_before"),
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.uid} {self.version}"
