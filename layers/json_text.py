"""JSON as it comes in from outside, read so that whatever it says can also be stored."""

import json
import re
from typing import Any, NoReturn

#: The escape of NUL, and not the same letters after an escaped backslash.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def read_json(content: bytes | str) -> Any:
    """Return what a JSON text says.

    Raises ValueError for what is no JSON, and for what is JSON but nothing that PostgreSQL could keep: NUL, half a
    surrogate pair, numbers that are none, a nesting that nobody means.
    """
    try:
        found = json.loads(content, parse_constant=_no_number)
        text = json.dumps(found, ensure_ascii=False)
        text.encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    # JSON escapes control characters, so that NUL itself never stands in what was written.
    if _NUL.search(text):
        raise ValueError("NUL")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
