"""Siting studies: asked for, read and kept, answered, followed, given up."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import GisNtmError, NotAllowed, NotFound, Refused
from layers.imports.locks import locked, numbers_locked
from layers.models import SitingStudy, Terrain, Unit, record_read
from layers.models.siting import ASKS, AT_WORK, SiteKind, StudyState
from layers.planning.siting.heights import Heights
from layers.planning.solver import compute
from layers.planning.store.sites import PLANTS, read_inputs
from layers.planning.watch import Watch

from .figures import checked, checked_options
from .inputs import Inputs, thaw
from .rules import rules_of

#: The first half of the lock's number ("site"); the second is the study's.
KEY = 0x73697465
#: How often a study says how far it is, and asks whether it is still wanted.
EVERY_SECONDS = 0.5
#: A budget is less.
MOST_VND = 1e17
#: Seconds after which a study is given up: each of its few programs gets a minute, a district's raster some more.
SITING = 1800.0


class Cancelled(Refused):
    """Somebody gave the study up while the worker was at it."""

    def __init__(self) -> None:
        super().__init__(_("The study was cancelled."))


def ask(
    unit: Unit, kind: str, year: int, options: Mapping[str, Any], user_id: int | None, name: str = ""
) -> SitingStudy:
    """Store a study that waits for its answer. options: budget, wind_from, plant (longitude, latitude), figures.

    Raises Refused for a budget, a wind, a position or figures that make no sense, and where no rules are in use: at
    once, not from the worker.
    """
    checked_options(options)
    figures = checked(kind, options.get("figures", {}))
    budget = options.get("budget")
    if budget is not None and not 0 <= budget < MOST_VND:
        raise Refused(_("A budget is an amount of VND that is not negative."))
    rules_of(kind)
    kept = dict(options) | {"figures": figures}
    return SitingStudy.objects.create(unit=unit, kind=kind, year=year, options=kept, user_id=user_id, name=name)


def carry_out(study: SitingStudy, viewer: Viewer) -> None:
    """Read, freeze and answer a study, as far as it is still wanted; why there is no answer is kept with it."""
    with locked(KEY, study.pk) as mine:
        waiting = SitingStudy.objects.filter(pk=study.pk, state=StudyState.WAITING)
        if not mine or not waiting.update(state=StudyState.RUNNING, step="reading"):
            return
        try:
            _answer(study, viewer)
        except Cancelled:
            SitingStudy.objects.filter(pk=study.pk).update(finished_at=timezone.now())
        except GisNtmError as error:
            _refuse(study.pk, error)
        except Exception:
            # Nobody foresaw it: the worker's log has it; who waits is told that it will not come.
            _refuse(study.pk, Refused(_("The program made a mistake in this study. It has been written to the log.")))
            raise
        study.refresh_from_db()


def _answer(study: SitingStudy, viewer: Viewer) -> None:
    inputs, areas = _read(study, viewer)
    frozen = inputs.freeze()
    SitingStudy.objects.filter(pk=study.pk).update(frozen=frozen, inputs_sha256=inputs.sha256, areas=areas)
    following = _Following(study.pk)
    watch = Watch(stop=following.unwanted, every=EVERY_SECONDS, say=following.say)
    found = compute("site", frozen, raster_of(inputs), seconds=SITING, watch=watch)
    done = SitingStudy.objects.filter(pk=study.pk, state=StudyState.RUNNING)
    done.update(
        result=found.result, result_sha256=found.sha256, zones=found.zones, state=StudyState.DONE,
        finished_at=timezone.now(), step="",
    )  # fmt: skip


def _read(study: SitingStudy, viewer: Viewer) -> tuple[Inputs, list[str]]:
    options = study.options
    if not viewer.covers(study.unit.path):
        raise NotFound(_("There is no unit %(id)s."), id=study.unit_id)
    inputs, areas = read_inputs(
        viewer, study.unit, study.kind, study.year, rules_of(study.kind), options["figures"],
        options.get("budget"), options.get("wind_from"), options.get("plant"),
    )  # fmt: skip
    if study.kind == SiteKind.INCINERATOR and not any(site["kind"] in PLANTS for site in inputs.sites):
        raise Refused(
            _(
                "No existing plant (incinerator or landfill) is on record in %(year)d. Give its position: hauling "
                "to it is always compared."
            ),
            year=study.year,
        )
    record_read(viewer, "households", "siting", f"study={study.pk}", int(inputs.placed.sum()))
    return inputs, areas


def raster_of(inputs: Inputs) -> str | None:
    """Return the file of the elevation model that inputs name. Raises Refused where it is no longer stored."""
    if inputs.terrain is None:
        return None
    terrain = Terrain.objects.filter(sha256=inputs.terrain["sha256"]).first()
    if terrain is None:
        raise Refused(_("The elevation model “%(name)s” is no longer stored."), name=inputs.terrain["name"])
    return str(terrain.file.path)


def heights_of(inputs: Inputs) -> Heights | None:
    """Return the elevation model that inputs name. Raises as `raster_of`."""
    raster = raster_of(inputs)
    return None if raster is None else Heights(raster, inputs.plane)


def again(study: SitingStudy) -> bool:
    """Answer a study anew from what was frozen with it; tell whether the result is the same to the byte."""
    if study.frozen is None:
        raise Refused(_("Study %(id)s has no answer to be repeated."), id=study.pk)
    frozen = bytes(study.frozen)
    inputs = thaw(frozen)
    if inputs.sha256 != study.inputs_sha256:
        raise Refused(_("The inputs of study %(id)s are not those that were frozen."), id=study.pk)
    found = compute("site", frozen, raster_of(inputs), seconds=SITING)
    return bool(found.sha256 == study.result_sha256)


class _Following:
    """Tells the study's page how far the worker is, and the worker whether anybody still wants the answer."""

    def __init__(self, pk: int) -> None:
        self.pk, self.told = pk, 0.0

    def unwanted(self) -> bool:
        """Raise Cancelled once nobody wants the answer, which ends the solver's process, whatever it is at."""
        if not SitingStudy.objects.filter(pk=self.pk, state=StudyState.RUNNING).exists():
            raise Cancelled
        return False

    def say(self, step: str, done: int, total: int) -> None:
        if monotonic() - self.told < EVERY_SECONDS and done < total:
            return
        self.told = monotonic()
        running = SitingStudy.objects.filter(pk=self.pk, state=StudyState.RUNNING)
        if not running.update(step=step, done=done, total=total):
            raise Cancelled


def _refuse(pk: int, error: GisNtmError) -> None:
    message = {}
    for language in ("vi", "en"):
        with translation.override(language):
            message[language] = str(error)
    # What was cancelled meanwhile stays cancelled.
    SitingStudy.objects.filter(pk=pk, state__in=AT_WORK).update(
        state=StudyState.REFUSED, message=message, finished_at=timezone.now()
    )


def cancel(study: SitingStudy) -> None:
    """Give a study up; the worker notices within about a second, and ends the process that is at it."""
    SitingStudy.objects.filter(pk=study.pk, state__in=AT_WORK).update(
        state=StudyState.CANCELLED, finished_at=timezone.now()
    )


def remove(study: SitingStudy, viewer: Viewer) -> None:
    """Delete a study; that it was there, who deleted it and when stays on record.

    For those who may ask for studies of its unit. Raises NotAllowed; Refused while the worker is at it.
    """
    if viewer.role not in ASKS or not viewer.covers(study.unit.path):
        raise NotAllowed(_("Studies are deleted by planners and administrators of their unit."))
    if study.busy or not SitingStudy.objects.filter(pk=study.pk).exclude(state__in=AT_WORK).delete()[0]:
        raise Refused(_("The study is being answered. Cancel it first."))


@transaction.atomic
def close_broken() -> None:
    """Refuse the studies whose worker ended at its work."""
    running = list(SitingStudy.objects.filter(state=StudyState.RUNNING).select_for_update(skip_locked=True).only("pk"))
    at_work = numbers_locked(KEY) if running else set()
    for study in running:
        if study.pk not in at_work:
            _refuse(study.pk, Refused(_("The study broke off: the program ended while it was at work. Ask again.")))


def study_of(viewer: Viewer, pk: int) -> SitingStudy:
    """Return a study that the viewer may look at, without its large columns."""
    close_broken()
    found = SitingStudy.objects.seen_by(viewer).light().select_related("unit", "user").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no siting study %(id)s."), id=pk)
    return found
