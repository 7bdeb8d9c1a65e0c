"""The hand-checked facts that the sample grows from, as they lie in fixtures/sample."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

#: The first words of `source` in every row that the sample makes; they tell a sample's store from a real one.
MARK = "Dữ liệu mẫu"


@cache
def facts(name: str) -> dict[str, Any]:
    """Return the facts file of that name."""
    path = Path(settings.BASE_DIR) / "fixtures" / "sample" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def source_of(file: str, key: str = "") -> str:
    """Return the `source` of a row: that it is sample data, and where its fact was found, if it was."""
    known = facts(file)["sources"].get(key, "") if key and key != "assumption" else ""
    return f"{MARK}. {known}"[:300] if known else MARK


def chance(seed: int, *about: str) -> np.random.Generator:
    """Return a random stream of its own for each matter, so that a change in one leaves the others alone."""
    return np.random.default_rng([seed, *(ord(letter) for letter in "/".join(about))])
