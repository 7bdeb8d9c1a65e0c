"""The font of documents: Be Vietnam Pro whole, from the two parts in which browsers get it.

A browser takes each letter from the part that holds it. The maker of PDF takes two parts of one family for
one font and writes the wrong letters, so they are made one here.
"""

from functools import lru_cache
from io import BytesIO
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from .tokens import static_file

SUBSETS = ("latin", "vietnamese")
#: Weights and styles that documents use, as the package names its files.
FACES = ("400-normal", "600-normal", "400-italic")
PART = "npm/@fontsource/be-vietnam-pro/files/be-vietnam-pro-{subset}-{face}.woff2"


@lru_cache(maxsize=len(FACES))
def font(face: str) -> bytes:
    """Return one face as a TrueType font."""
    with TemporaryDirectory() as folder:
        paths = []
        for subset in SUBSETS:
            part = TTFont(static_file(PART.format(subset=subset, face=face)))
            part.flavor = None
            paths.append(f"{folder}/{subset}.ttf")
            part.save(paths[-1])
        made = BytesIO()
        Merger().merge(paths).save(made)
    return made.getvalue()
