"""What the office reads of a submission: its marks and its values, in words."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.fieldwork.definitions import Definition
from layers.mapserver.values import NOTHING, number
from layers.models.layer import Text

FLAGS: dict[str, Text] = {
    "parallel": gettext_lazy("changed by somebody else meanwhile"),
    "out_of_order": gettext_lazy("the earlier record never came"),
    "undated": gettext_lazy("since which year is not said"),
    "late": gettext_lazy("filled in over 30 days ago"),
    "clock": gettext_lazy("the phone's clock is wrong"),
    "far": gettext_lazy("far from its hamlet"),
    "moved": gettext_lazy("moved far from where it was"),
    "moved_confirmed": gettext_lazy("moved far, and confirmed"),
    "far_confirmed": gettext_lazy("far from its hamlet, and confirmed"),
}


def flag_words(flags: Iterable[str]) -> list[str]:
    return [str(FLAGS.get(flag, flag)) for flag in flags]


def shown(definition: Definition, name: str, value: Any) -> str:
    """Return a value as a person reads it; of an identity number its last digits only."""
    if value is None or value == "":
        return NOTHING
    question = definition.question(name)
    if name == "national_id":
        return f"…{str(value)[-4:]}"
    if question is not None and question.choices:
        return str(dict(question.choices).get(str(value), value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        text = str(value) if name.endswith("_year") else number(value)
        return f"{text} {question.unit}".strip() if question else text
    return _place(value) if isinstance(value, dict) else str(value)


def _place(value: dict[str, Any]) -> str:
    if "lat" in value:
        found = f"{value['lat']:.6f}, {value['lon']:.6f}"
        return f"{found} (± {number(value['accuracy'])} m)" if value.get("accuracy") else found
    if "coordinates" in value:
        return _("%(count)s points") % {"count": len(value["coordinates"])}
    return json.dumps(value, ensure_ascii=False)
