"""One thing that changed, as the page and the letter tell it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Change:
    """`safe` says it without what people typed in, for letters; `page` and `query` are where it leads."""

    kind: str
    at: datetime
    unit: str
    text: str
    safe: str
    page: str
    args: tuple[Any, ...] = ()
    query: tuple[tuple[str, Any], ...] = ()
