"""How an indicator and its values came to be what they are: each change by hand, with who, when and why."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from layers.models import Indicator, Threshold

from .sets import province_names, value_in_words, who


def history_of(indicator: Indicator) -> list[dict[str, Any]]:
    """Return its changes and those of its values by hand, the latest first: who, when, why, from what to what."""
    told = [*_of_values(indicator), *_of_itself(indicator)]
    users = get_user_model().objects.in_bulk({one["user"] for one in told if one["user"]})
    for one in told:
        one["by"] = str(users.get(one["user"], ""))
    return sorted(told, key=lambda one: one["at"], reverse=True)


def _of_values(indicator: Indicator) -> Iterator[dict[str, Any]]:
    names = province_names()
    held = indicator.thresholds.in_bulk()
    for pk, events in _recorded(Threshold, "indicator_id", indicator.pk).items():
        # Of one taken away the last event is its removal, after which there is nothing.
        after: Any = held.get(pk)
        for event in events:
            made = event.pgh_label == "insert"
            before = "" if made else value_in_words(indicator, event)
            state = event if made else after
            now = _("taken away") if state is None else value_in_words(indicator, state)
            yield _change(event, who(event, names), event.first_year, before, now)
            after = event


def _of_itself(indicator: Indicator) -> Iterator[dict[str, Any]]:
    after: Any = indicator
    for event in _recorded(Indicator, "pgh_obj_id", indicator.pk).get(indicator.pk, []):
        for field in Indicator._meta.concrete_fields:
            before, now = getattr(event, field.attname), getattr(after, field.attname)
            if before != now:
                yield _change(event, str(field.verbose_name), None, _shown(field, event), _shown(field, after))
        after = event


def _shown(field: Any, row: Any) -> str:
    value = getattr(row, field.name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(field.flatchoices).get(value, value))


def _recorded(model: Any, name: str, pk: int) -> dict[int, list[Any]]:
    """Return the events of a model's rows with this value, by row, the latest first."""
    recorded: Any = model.events.rel.related_model  # added by pghistory
    events: dict[int, list[Any]] = defaultdict(list)
    for event in recorded.objects.filter(**{name: pk}).select_related("pgh_context").order_by("-pgh_id"):
        events[event.pgh_obj_id].append(event)
    return events


def _change(event: Any, whose: str, year: int | None, before: str, after: str) -> dict[str, Any]:
    context = event.pgh_context.metadata if event.pgh_context else {}
    return {"at": event.pgh_created_at, "user": context.get("user"), "reason": context.get("reason", ""),
            "who": whose, "year": year, "before": before, "after": after}  # fmt: skip
