"""What a row says without saying it in the column asked for. Only rules that a record states itself."""

import re

from .codes import CODES, UNIT_TITLES
from .keys import key
from .sources import Texts

Values = dict[str, Texts]
#: Third digit of a VPROMMS id: who manages the road. It agrees with the road number (ĐT 2, ĐH 3, ĐX 4).
VPROMMS = re.compile(r"\d{2}([1-5])[A-Z]{2,3}\d{5}")
_LEVELS = (
    ("kindergarten", ("mamnon", "maugiao", "nhatre", "kindergarten")),
    ("lower_secondary", ("trunghoccoso", "thcs")),
    ("upper_secondary", ("trunghocphothong", "thpt", "ptth")),
    ("primary", ("tieuhoc", "primary", "thvathcs")),
)


def complete(slug: str, values: Values, raw: Values) -> None:
    """Fill what can be read from other columns; `values` are parsed, `raw` as the file has them."""
    if slug == "roads":
        _road_class(values)
    elif slug == "facilities":
        _school_level(values, raw)
    elif slug in ("provinces", "districts", "communes", "hamlets"):
        _unit_title(values)


def _road_class(values: Values) -> None:
    ids = values.get("vpromms_id")
    if ids is None:
        return
    codes = CODES["roads", "road_class"]
    classes = values.setdefault("road_class", [None] * len(ids))
    for row, vpromms_id in enumerate(ids):
        match = VPROMMS.fullmatch(vpromms_id or "")
        if match and classes[row] is None:
            classes[row] = codes[match[1]]


def _school_level(values: Values, raw: Values) -> None:
    kinds = values.get("kind", [])
    levels = values.setdefault("level", [None] * len(kinds))
    names = values.get("name", [None] * len(kinds))
    for row, kind in enumerate(kinds):
        if kind != "school":
            levels[row] = None
        elif levels[row] is None:
            said = key((raw.get("kind") or names)[row] or "")
            levels[row] = CODES["facilities", "level"].get(said) or _level_in(said) or _level_in(key(names[row] or ""))


def _level_in(words: str) -> str | None:
    found = [level for level, signs in _LEVELS if any(sign in words for sign in signs)]
    # "TH và THCS" is both: its level is for the user to say.
    return found[0] if len(found) == 1 else None


def _unit_title(values: Values) -> None:
    """Part "Xã Nông Thượng" into the official kind and the name."""
    names = values.get("name", [])
    titles = values.setdefault("title", [None] * len(names))
    for row, name in enumerate(names):
        lower = (name or "").lower()
        title = next((title for title in UNIT_TITLES if lower.startswith(f"{title} ")), None)
        if name and title:
            names[row] = name[len(title) + 1 :].strip()
            titles[row] = titles[row] or title
        if titles[row]:
            titles[row] = str(titles[row]).lower()
