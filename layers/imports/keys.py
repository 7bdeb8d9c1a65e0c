"""How headings and coded values are compared: without case, diacritics and punctuation."""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """Return "Mã PX" as "mapx", "ĐƯỜNG_XÃ" as "duongxa"."""
    plain = unicodedata.normalize("NFKD", text).replace("đ", "d").replace("Đ", "D")
    return re.sub(r"[^a-z0-9]+", "", plain.encode("ascii", "ignore").decode().lower())
