"""Text as Vietnamese offices have stored it: UTF-8, CP1258, TCVN3, VNI, VISCII. Everything becomes UTF-8 NFC.

The old encodings share their bytes with Latin-1, so a wrong guess gives no error but garbage ("B¾c K¹n").
The guess that turns the most words into Vietnamese syllables is taken, named in the report, and may be
overruled. Text is handed around as Latin-1 characters standing for bytes until it is known what it is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .syllables import share_of_syllables


def _table(text: str) -> dict[int, str]:
    """Read "A1Ă A2Â": two hexadecimal digits and the letter that the byte stands for."""
    return {int(pair[:2], 16): pair[2:] for pair in text.split()}


# TCVN 5712:1993 VN3, the encoding of the .VnTime fonts; capitals with a tone do not exist in it.
_TCVN3 = _table(
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ "
    "C9ẫ CAấ CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ "
    "E8ố E9ộ EAờ EBở ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
# RFC 1456.
_VISCII = _table(
    "02Ẳ 05Ẵ 06Ẫ 14Ỷ 19Ỹ 1EỴ 80Ạ 81Ắ 82Ằ 83Ặ 84Ấ 85Ầ 86Ẩ 87Ậ 88Ẽ 89Ẹ 8AẾ 8BỀ 8CỂ 8DỄ 8EỆ 8FỐ 90Ồ 91Ổ 92Ỗ 93Ộ "
    "94Ợ 95Ớ 96Ờ 97Ở 98Ị 99Ỏ 9AỌ 9BỈ 9CỦ 9DŨ 9EỤ 9FỲ A0Õ A1ắ A2ằ A3ặ A4ấ A5ầ A6ẩ A7ậ A8ẽ A9ẹ AAế ABề ACể ADễ "
    "AEệ AFố B0ồ B1ổ B2ỗ B3Ỡ B4Ơ B5ộ B6ờ B7ở B8ị B9Ự BAỨ BBỪ BCỬ BDơ BEớ BFƯ C0À C1Á C2Â C3Ã C4Ả C5Ă C6ẳ C7ẵ "
    "C8È C9É CAÊ CBẺ CCÌ CDÍ CEĨ CFỳ D0Đ D1ứ D2Ò D3Ó D4Ô D5ạ D6ỷ D7ừ D8ử D9Ù DAÚ DBỹ DCỵ DDÝ DEỡ DFư E0à E1á "
    "E2â E3ã E4ả E5ă E6ữ E7ẫ E8è E9é EAê EBẻ ECì EDí EEĩ EFỉ F0đ F1ự F2ò F3ó F4ô F5õ F6ỏ F7ọ F8ụ F9ù FAú FBũ "
    "FCủ FDý FEợ FFỮ"
)
# VNI for Windows: some letters stand alone, the others are a base letter and a mark after it.
_VNI_ALONE = dict(zip("ìíæóòôöîñÌÍÆÓÒÔÖÎÑ", "ìíỉĩịơưỵđÌÍỈĨỊƠƯỴĐ", strict=True))
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT, _CIRCUMFLEX, _BREVE = "\u0300\u0301\u0309\u0303\u0323\u0302\u0306"
_VNI_MARKS = {
    "ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _CIRCUMFLEX, "à": _CIRCUMFLEX + _GRAVE, "á": _CIRCUMFLEX + _ACUTE, "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE, "ä": _DOT + _CIRCUMFLEX,
    "ê": _BREVE, "è": _BREVE + _GRAVE, "é": _BREVE + _ACUTE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _DOT + _BREVE,
}  # fmt: skip
_VNI_MARKS |= {mark.upper(): combining for mark, combining in _VNI_MARKS.items()}
_VNI = re.compile(f"([aeiouyôöAEIOUYÔÖ])([{''.join(_VNI_MARKS)}])|[{''.join(_VNI_ALONE)}]")


def _from_vni(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        if match[1]:
            return _VNI_ALONE.get(match[1], match[1]) + _VNI_MARKS[match[2]]
        return _VNI_ALONE[match[0]]

    return _VNI.sub(letter, text)


def _from_codec(codec: str) -> Callable[[str], str]:
    return lambda text: text.encode("latin-1").decode(codec, "replace")


#: What turns Latin-1 characters that stand for bytes into text, in the order in which ties are settled.
DECODERS: dict[str, Callable[[str], str]] = {
    "utf-8": _from_codec("utf-8"),
    "cp1258": _from_codec("cp1258"),
    "tcvn3": lambda text: text.translate(_TCVN3),
    "vni": _from_vni,
    "viscii": lambda text: text.translate(_VISCII),
    "cp1252": _from_codec("cp1252"),
}
SURE = 0.6


@dataclass(frozen=True)
class Guess:
    """An encoding and which part of the words it makes Vietnamese. `sure` is not said of plain ASCII."""

    encoding: str
    share: float = 1.0

    @property
    def sure(self) -> bool:
        return self.share >= SURE


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text).lstrip("\ufeff")


def detect(texts: Iterable[str]) -> Guess:
    """Guess the encoding of texts whose characters stand for bytes."""
    sample = "\n".join(text for text in texts if not text.isascii())
    if not sample:
        return Guess("utf-8")
    try:
        sample.encode("latin-1").decode("utf-8")
        return Guess("utf-8")
    except UnicodeDecodeError:
        pass
    shares = {name: share_of_syllables(nfc(DECODERS[name](sample))) for name in DECODERS if name != "utf-8"}
    best = max(shares, key=lambda name: shares[name])
    return Guess(best, shares[best])


def as_bytes(text: str) -> str | None:
    """Return text of an old font, read as CP1252 by whoever saved it, as Latin-1; None if it is real text.

    Word processors and spreadsheets keep "B¾c K¹n" in files that are otherwise Unicode.
    """
    try:
        return text.encode("cp1252").decode("latin-1")
    except UnicodeEncodeError:
        return text if all(ord(character) < 256 for character in text) else None


def decoder(encoding: str) -> Callable[[str], str]:
    """Return what turns Latin-1 characters that stand for bytes in an encoding into NFC text."""
    decode = DECODERS[encoding]
    return lambda text: text if text.isascii() and encoding != "viscii" else nfc(decode(text))


def reading(texts: Iterable[str | None], as_bytes_read: bool, told: str = "") -> tuple[Guess, Callable[[str], str]]:
    """Return what a sample of a file is in and what to do with each of its texts.

    `as_bytes_read` says that characters stand for bytes; otherwise they are text, which may still be text of
    an old font. `told` is the user's word, which is taken as it is.
    """
    sample = [text for text in texts if text and not text.isascii()]
    if told:
        return Guess(told), decoder(told) if as_bytes_read else _of_old_font(told)
    if as_bytes_read:
        guess = detect(sample)
        if guess.encoding != "utf-8":
            return guess, decoder(guess.encoding)
        guess, decode = reading(map(decoder("utf-8"), sample), as_bytes_read=False)
        return guess, lambda text: decode(decoder("utf-8")(text))
    stored = [as_bytes(text) for text in sample]
    if sample and None not in stored:
        guess = detect(text for text in stored if text)
        if guess.sure and guess.share > share_of_syllables(nfc("\n".join(sample))):
            return guess, _of_old_font(guess.encoding)
    return Guess("utf-8"), nfc


def _of_old_font(encoding: str) -> Callable[[str], str]:
    if encoding == "utf-8":
        return nfc
    decode = decoder(encoding)

    def repair(text: str) -> str:
        stored = None if text.isascii() else as_bytes(text)
        return nfc(text) if stored is None else decode(stored)

    return repair
