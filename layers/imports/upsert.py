"""Staged rows into a table of the store: create, update what differs, leave the rest, and remember how it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from psycopg2.sql import SQL, Composable, Identifier

from .statements import compose, execute, fetch, listed

#: Columns that follow from others or from the change itself.
KEPT = {"id", "uid", "updated_at", "path"}


@dataclass(frozen=True)
class Cell:
    """What a column gets: `create` in a new row, `update` in one that exists (None: it stays as it is).

    In the SQL r is the staged row, p its plan and t the row of the store.
    """

    create: str | Composable
    update: str | Composable | None = None


@dataclass(frozen=True)
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


class Upsert:
    """One table to be filled from the plan `plan`, which has row_id and target_id (null for a new row)."""

    def __init__(
        self, model: type[models.Model], plan: str, cells: Mapping[str, Cell], values: Mapping[str, Any]
    ) -> None:
        self.model, self.plan, self.cells, self.values = model, plan, cells, dict(values)
        self.table = model._meta.db_table

    def decide(self) -> Counts:
        """Set the plan's `action` to create, update or same."""
        changed = {name: cell.update for name, cell in self.cells.items() if cell.update is not None}
        stored = listed([Identifier("t", name) for name in changed])
        wanted = listed([_sql(cell) for cell in changed.values()])
        execute(
            """
            UPDATE {plan} p SET action = CASE WHEN t.id IS NULL THEN 'create'
                WHEN ({stored}) IS DISTINCT FROM ({wanted}) THEN 'update' ELSE 'same' END
            FROM import_rows r JOIN {plan} q ON q.row_id = r.row_id LEFT JOIN {table} t ON t.id = q.target_id
            WHERE p.row_id = q.row_id
            """,
            self.values, plan=self.plan, table=self.table,
            stored=SQL("ROW({})").format(stored), wanted=SQL("ROW({})").format(wanted),
        )  # fmt: skip
        counted = dict(fetch("SELECT action, count(*) FROM {plan} GROUP BY 1", plan=self.plan))
        return Counts(counted.get("create", 0), counted.get("update", 0), counted.get("same", 0))

    def apply(self, run: int) -> None:
        """Write what was decided; statements that would touch no row are not sent, so that no tile expires."""
        self.values["run"] = run
        todo = {action for (action,) in fetch("SELECT DISTINCT action FROM {plan}", plan=self.plan)}
        if "update" in todo:
            remember(self.model, run, compose("SELECT target_id FROM {plan} WHERE action = 'update'", plan=self.plan))
            self._update()
        if "create" in todo:
            self._create()

    def _update(self) -> None:
        cells = {name: _sql(cell.update) for name, cell in self.cells.items() if cell.update is not None}
        cells |= self._stamps()
        execute(
            "UPDATE {table} t SET {sets} FROM import_rows r JOIN {plan} p USING (row_id) "
            "WHERE t.id = p.target_id AND p.action = 'update'",
            self.values, table=self.table, plan=self.plan,
            sets=listed([SQL("{} = {}").format(Identifier(name), value) for name, value in cells.items()]),
        )  # fmt: skip

    def _create(self) -> None:
        cells = self._defaults() | {name: _sql(cell.create) for name, cell in self.cells.items()} | self._stamps()
        execute(
            """
            WITH made AS (
                INSERT INTO {table} ({columns}) SELECT {cells} FROM import_rows r JOIN {plan} p USING (row_id)
                WHERE p.action = 'create' ORDER BY r.row_id RETURNING id
            )
            INSERT INTO layers_importchange (run_id, model, row) SELECT %(run)s, %(model)s, id FROM made
            """,
            self.values | {"model": self.model._meta.model_name},
            table=self.table, plan=self.plan,
            columns=listed(map(Identifier, cells)), cells=listed(list(cells.values())),
        )  # fmt: skip

    def _stamps(self) -> dict[str, Composable]:
        stamps: dict[str, Composable] = {"run_id": SQL("%(run)s")}
        if any(f.column == "updated_at" for f in self.model._meta.concrete_fields):
            stamps["updated_at"] = SQL("now()")
        return stamps

    def _defaults(self) -> dict[str, Composable]:
        """Return what the model gives a column that no file fills; the database itself knows no defaults."""
        found: dict[str, Composable] = {}
        for model_field in self.model._meta.concrete_fields:
            if model_field.primary_key or model_field.generated or model_field.null:
                continue
            column = str(model_field.column)
            if isinstance(model_field, models.UUIDField):
                found[column] = SQL("gen_random_uuid()")
            elif not model_field.is_relation:
                name = f"default_{column}"
                self.values[name] = model_field.get_default()
                found[column] = SQL("%({})s").format(SQL(name))
        return found


def _sql(part: str | Composable | None) -> Composable:
    return SQL(part) if isinstance(part, str) else part or SQL("NULL")


def image(model: type[models.Model], alias: str = "t") -> Composable:
    """Return the SQL of a row as JSON, with geometries to the last bit."""
    exact = [str(f.column) for f in model._meta.concrete_fields if hasattr(f, "srid")]
    row: Composable = SQL("to_jsonb({})").format(Identifier(alias))
    if exact:
        # As GeoJSON, which PostGIS would make of it, a geometry would be rounded.
        pairs = listed(
            [SQL("{}, encode(ST_AsEWKB({}), 'hex')").format(_literal(c), Identifier(alias, c)) for c in exact]
        )
        row = SQL("{} || jsonb_build_object({})").format(row, pairs)
    return row


def _literal(text: str) -> Composable:
    return SQL("'{}'").format(SQL(text))


def remember(model: type[models.Model], run: int, ids: Composable) -> None:
    """Keep rows as they are before a run changes them, unless the run has kept or made them already."""
    execute(
        """
        INSERT INTO layers_importchange (run_id, model, row, before)
        SELECT %(run)s, %(model)s, t.id, {image} FROM {table} t WHERE t.id IN ({ids})
        ON CONFLICT DO NOTHING
        """,
        {"run": run, "model": model._meta.model_name},
        table=model._meta.db_table, image=image(model), ids=ids,
    )  # fmt: skip
