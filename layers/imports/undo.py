"""Taking back what an import did: rows it made go, rows it changed become what they were. All or nothing."""

from typing import Any

import pghistory
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg2.sql import SQL, Identifier

from layers.errors import NotAllowed, Refused, Stale
from layers.models import Assessment, ImportRun, NetworkRepair, Road, Standing, Unit
from layers.models.records import RecordState
from layers.models.runs import RunState
from layers.models.turns import Turn

from .movements import derive_movements
from .statements import execute, fetch, listed
from .touched import Follow, touched
from .upsert import KEPT

#: Rows of these go first: the others point to them.
ORDER = (
    "review",
    "statistic",
    "declaration",
    "finding",
    "household",
    "road",
    "facility",
    "wastesite",
    "watercourse",
    "unit",
)


def last_event(model: type[models.Model]) -> int:
    """Return the number of the last recorded change of a table."""
    return fetch("SELECT coalesce(max(pgh_id), 0) FROM {table}", table=_events(model))[0][0]


def _events(model: type[models.Model]) -> str:
    return str(model._meta.get_field("events").related_model._meta.db_table)  # type: ignore[union-attr]


def undo(
    run: ImportRun,
    areas: tuple[str, ...] | None = None,
    user_id: int | None = None,
    follow: Follow | None = None,
) -> None:
    """Take a run back, or refuse where rows have changed since or something else now depends on them.

    `areas` are the paths within which the user may write; None is everywhere. `follow` brings what is derived
    from the rows up to them, in the same transaction.
    """
    context = {"import_undone": run.pk} | ({"user": user_id} if user_id else {})
    with transaction.atomic(), pghistory.context(**context):
        execute("SELECT pg_advisory_xact_lock(hashtext('gis-ntm import'))")
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state != RunState.APPLIED:
            raise Refused(_("This import stored nothing that could be undone."))
        names = [
            name
            for (name,) in fetch(
                "SELECT DISTINCT model FROM layers_importchange WHERE run_id = %(run)s", {"run": run.pk}
            )
        ]
        found = [apps.get_model("layers", name) for name in sorted(names, key=ORDER.index)]
        for model in found:
            _refuse_if_changed(run, model)
            if areas is not None:
                _refuse_if_not_yours(run, model, areas)
        if "declaration" in names:
            _refuse_if_handed_in(run)
        paths = touched(run)
        try:
            if "road" in names:
                _leave_repairs(run)
            years = _years(run) if "review" in names else []
            for model in found:
                _take_back(run, model)
            execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            raise Refused(
                _("Rows of this import are now in use by others that came later. Undo or remove those first.")
            ) from error
        for year in years:
            derive_movements(year)
        if follow is not None:
            follow(paths, [])
        run.changes.all().delete()
        run.state = RunState.UNDONE
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "finished_at"])


def _values(run: ImportRun, model: type[models.Model]) -> dict[str, Any]:
    return {
        "run": run.pk,
        "model": model._meta.model_name,
        "until": run.summary["until"].get(model._meta.model_name, 0),
    }


def _refuse_if_changed(run: ImportRun, model: type[models.Model]) -> None:
    changed = fetch(
        "SELECT count(DISTINCT e.pgh_obj_id) FROM {events} e JOIN layers_importchange c ON c.row = e.pgh_obj_id "
        "WHERE c.run_id = %(run)s AND c.model = %(model)s AND e.pgh_id > %(until)s",
        _values(run, model), events=_events(model),
    )[0][0]  # fmt: skip
    if changed:
        raise Stale(
            _("%(count)d rows of this import (%(what)s) were changed after it. Undoing it would lose those changes."),
            count=changed, what=model._meta.verbose_name_plural,
        )  # fmt: skip


def _refuse_if_handed_in(run: ImportRun) -> None:
    """Refuse to change under a commune what it has handed in meanwhile, as an import and the pages do."""
    handed_in = fetch(
        "SELECT y.year, coalesce(p.name, u.name) FROM layers_importchange c JOIN layers_declaration d ON d.id = c.row "
        "JOIN layers_unit u ON u.id = d.unit_id LEFT JOIN layers_unit p ON p.id = u.parent_id AND u.kind = 'hamlet' "
        "JOIN layers_cycle y ON y.unit_id = coalesce(p.id, u.id) AND y.year = d.year AND y.state <> 'draft' "
        "WHERE c.run_id = %(run)s AND c.model = 'declaration' ORDER BY 1, 2 LIMIT 1",
        {"run": run.pk},
    )
    if handed_in:
        year, name = handed_in[0]
        raise Refused(
            _("%(name)s has handed in its self-assessment of %(year)s since. Undo the import once it is returned."),
            name=name,
            year=year,
        )


def _refuse_if_not_yours(run: ImportRun, model: type[models.Model], areas: tuple[str, ...]) -> None:
    within = "t" if model is Unit else "u"
    join = SQL("") if model is Unit else SQL("JOIN layers_unit u ON u.id = t.unit_id")
    outside = fetch(
        "SELECT 1 FROM {table} t {join} JOIN layers_importchange c ON c.row = t.id AND c.run_id = %(run)s "
        "AND c.model = %(model)s WHERE NOT {path} LIKE ANY (%(areas)s::text[]) LIMIT 1",
        _values(run, model) | {"areas": [f"{path}%" for path in areas]},
        table=model._meta.db_table, join=join, path=Identifier(within, "path"),
    )  # fmt: skip
    if outside:
        raise NotAllowed(_("This import holds rows outside your area."))


def _take_back(run: ImportRun, model: type[models.Model]) -> None:
    values, table = _values(run, model), model._meta.db_table
    made = "SELECT row FROM layers_importchange WHERE run_id = %(run)s AND model = %(model)s AND before IS NULL"
    if model is Unit:
        _clear(values, SQL(made))
    execute("DELETE FROM {table} WHERE id IN ({made})", values, table=table, made=SQL(made))
    columns = [f.column for f in model._meta.concrete_fields if f.column not in KEPT and not f.generated]
    stamps = [f.column for f in model._meta.concrete_fields if f.column == "updated_at"]
    execute(
        # A column that came later than the import is in none of its rows: it keeps what the row has.
        "UPDATE {table} t SET {sets} FROM layers_importchange c JOIN {table} o ON o.id = c.row "
        "CROSS JOIN LATERAL jsonb_populate_record(o, c.before) b "
        "WHERE c.run_id = %(run)s AND c.model = %(model)s AND c.before IS NOT NULL AND t.id = c.row",
        values, table=table,
        sets=listed([
            *(SQL("{} = b.{}").format(Identifier(name), Identifier(name)) for name in columns),
            *(SQL("{} = now()").format(Identifier(name)) for name in stamps),
        ]),
    )  # fmt: skip


def _leave_repairs(run: ImportRun) -> None:
    """Remove repairs of the network that were undone with the roads they were of; refuse while one stands."""
    made = Road.objects.filter(
        pk__in=run.changes.filter(model=Road._meta.model_name, before__isnull=True).values_list("row", flat=True)
    )
    repairs = NetworkRepair.objects.filter(Q(road__in=made) | Q(other__in=made))
    if standing := repairs.filter(undone_at=None).count():
        raise Refused(
            _("%(count)d repairs of the road network rest on roads of this import. Undo them on the network's page."),
            count=standing,
        )
    repairs.filter(road__in=made).delete()
    repairs.update(other=None)


def _clear(values: dict[str, Any], made: SQL) -> None:
    """Remove what is worked out from units, and what phones are told of rows that are gone: both stand in the way."""
    for derived in (Standing, Assessment, Turn):
        execute("DELETE FROM {table} WHERE unit_id IN ({made})", values, table=derived._meta.db_table, made=made)
    table = RecordState._meta.db_table
    execute("DELETE FROM {table} WHERE deleted AND unit_id IN ({made})", values, table=table, made=made)
    execute("UPDATE {table} SET before_id = NULL WHERE before_id IN ({made})", values, table=table, made=made)


def _years(run: ImportRun) -> list[int]:
    return [
        year
        for (year,) in fetch(
            "SELECT DISTINCT year FROM layers_review WHERE year >= (SELECT min(t.year) FROM layers_review t "
            "JOIN layers_importchange c ON c.row = t.id AND c.model = 'review' AND c.run_id = %(run)s) ORDER BY 1",
            {"run": run.pk},
        )
    ]
