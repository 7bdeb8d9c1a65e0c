"""What a written Vietnamese syllable can be: enough of the orthography to tell text from garbage.

Names of the mountain communes (Nà Ỏi, Phặc Tràng, Khuổi Chang) follow it too, so no dictionary is needed.
"""

import re
import unicodedata

TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
#: A syllable that ends in one of these has the sharp or the heavy tone, in the spelling of every word.
STOPS = re.compile(r"(c|ch|p|t)$")
SHARP_OR_HEAVY = ("\u0301", "\u0323")

_ONSET = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx]|"
_RHYME = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oc oe oen oeo oet oi om on ong oong ooc op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uô uôc uôi uôm uôn uông uôt up ut
    uy uya uych uyên uyêt uynh uyt uyu uơ ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
"""
_SYLLABLE = re.compile(f"({_ONSET})({'|'.join(_RHYME.split())})?")


def is_syllable(word: str) -> bool:
    """Tell whether a word could be one Vietnamese syllable, in any case."""
    marks = [c for c in unicodedata.normalize("NFD", word) if ord(c) in TONES]
    if len(marks) > 1:
        return False
    toneless = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(TONES))
    match = _SYLLABLE.fullmatch(toneless)
    if not match or not (match[2] or match[1] == "gi"):
        return False
    return not STOPS.search(toneless) or bool(marks and marks[0] in SHARP_OR_HEAVY)


def share_of_syllables(text: str) -> float:
    """Return which part of the words with letters beyond ASCII are Vietnamese syllables, 0 to 1."""
    words = [word for word in re.split(r"[\x00-\x40\x5b-\x60\x7b-\x7f]+", text) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0
