"""What every row on the map has: identity, place, source and the import that brought it."""

import uuid
from typing import Self, TypeVar

import pghistory
import pgtrigger
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from layers.access import Audience, Viewer

from .layer import Field

ModelT = TypeVar("ModelT", bound=models.Model)

#: Somebody is at work (pghistory notes who in the transaction), and it is not an import.
BY_HAND = (
    "nullif(current_setting('pghistory.context_id', true), '') IS NOT NULL "
    "AND NOT (current_setting('pghistory.context_metadata', true)::jsonb ? 'import_run')"
)


class AnyChange(pghistory.AnyChange):
    """Something of a row has changed, other than when it was last saved."""

    def resolve(self, model: type[models.Model]) -> str:
        places = [field.name for field in model._meta.fields if isinstance(field, models.GeometryField)]
        anything = pghistory.AnyChange(exclude=places, exclude_auto=True).resolve(model)
        # As bytes: while a backup is restored, triggers are made where no operator of PostGIS is found.
        moved = [f'OLD."{place}"::bytea IS DISTINCT FROM NEW."{place}"::bytea' for place in places]
        return f"({' OR '.join([anything, *moved])})"


def tracked(model: type[ModelT]) -> type[ModelT]:
    """Keep every row of a model as it was before each change and removal, with who and when.

    A row that somebody makes by hand is noted too. Rows that a file or a generator brings need no copy: the
    row itself is the first state and its run says who brought it. So bulk loading pays nothing for history.
    """
    # The trackers take on the model's fields, so each model needs its own.
    return pghistory.track(
        pghistory.InsertEvent(condition=pgtrigger.Condition(BY_HAND)),
        pghistory.UpdateEvent(row=pghistory.Old, condition=AnyChange()),
        pghistory.DeleteEvent(row=pghistory.Old),
    )(model)


def versioned(table: str) -> pgtrigger.Trigger:
    """Return the statement trigger that outdates the tiles of `table` when a change of it commits."""
    return pgtrigger.Trigger(
        name=f"outdate_{table}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        # The table's name is a constant of a model, not input.
        func=f"INSERT INTO layers_tablechange (table_name) VALUES ('{table}'); RETURN NULL;",  # noqa: S608
    )


class SearchKey(models.Func):
    """The text in lower case without diacritics, as SQL; see migration 0001."""

    function = "search_key"
    output_field = models.TextField()


class GeodesicLength(models.Func):
    """The length in metres, on the ellipsoid, of a line in EPSG:4326."""

    template = "ST_Length(%(expressions)s::geography)"
    output_field = models.FloatField()


class FeatureQuerySet(models.QuerySet):
    def seen_by(self, viewer: Viewer, audience: Audience) -> Self:
        """Keep the rows of a viewer's areas, if the viewer is of the audience at all."""
        return self.filter(viewer.within("unit__path")) if viewer.may_see(audience) else self.none()


#: What every feature says of where it belongs and where it comes from.
PLACE_AND_SOURCE = (
    Field("unit__name", _("unit"), stored=False),
    Field("unit", _("code of the unit"), ("unit", "unit_code", "ma_xa", "ma_thon", "commune_code")),
    Field("source", _("source"), ("source", "nguon")),
    Field("as_of", _("as of"), ("as_of", "ngay")),
)


class Feature(models.Model):
    """A thing with a place. `unit` is the smallest unit known to hold it: a hamlet, else a commune."""

    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(_("key in its source"), max_length=80, blank=True, editable=False)
    unit = models.ForeignKey("layers.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    name = models.CharField(_("name"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    run = models.ForeignKey(
        "layers.ImportRun", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or str(self.uid)


class TableVersion(models.Model):
    """How often a table's content has changed; part of every tile address, so that a tile never changes."""

    table_name = models.CharField(primary_key=True, max_length=30)
    version = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("table version")
        verbose_name_plural = _("table versions")

    def __str__(self) -> str:
        return f"{self.table_name} {self.version}"


class TableChange(models.Model):
    """A change that is about to commit.

    Counting at the change itself would make writers of one table wait for each other until they commit; the
    deferred trigger of migration 0003 counts at the commit, which takes an instant.
    """

    table_name = models.CharField(max_length=30)

    class Meta:
        verbose_name = _("table change")
        verbose_name_plural = _("table changes")

    def __str__(self) -> str:
        return self.table_name
