"""Old encodings, headings and values are read as Vietnamese offices write them."""

import pytest

from layers.imports.encodings import DECODERS, decoder, detect, nfc, reading
from layers.imports.fields import match, parser
from layers.imports.keys import key
from layers.imports.syllables import is_syllable, share_of_syllables
from layers.imports.targets import target_of

NAMES = "Phường Nguyễn Thị Minh Khai\nXã Nông Thượng\nThôn Nà Ỏi\nKhuổi Chang\nPhặc Tràng\nĐức Xuân\nThị trấn Yến Lạc"
# "Xã Nông Thượng, Thôn Nà Ỏi, Đức Xuân" as each encoding has it, written out by hand.
STORED = {
    "tcvn3": "X· N«ng Th\xadîng, Th«n Nµ ái, §øc Xu©n",
    "vni": "Xaõ Noâng Thöôïng, Thoân Naø OÛi, Ñöùc Xuaân",
    "viscii": "Xã Nông Thßþng, Thôn Nà \x99i, ÐÑc Xuân",
    "cp1258": "Xa\xde N\xf4ng Th\xfd\xf5\xf2ng, Th\xf4n N\xe0 O\xd2i, \xd0\xfd\xecc Xu\xe2n",
}
TEXT = "Xã Nông Thượng, Thôn Nà Ỏi, Đức Xuân"


@pytest.mark.parametrize("encoding", STORED)
def test_an_encoding_is_told_by_the_words_it_makes(encoding):
    guess = detect([STORED[encoding]])
    assert (guess.encoding, guess.sure) == (encoding, True)
    lower = encoding == "tcvn3"  # It has no capital letters with a tone.
    assert decoder(encoding)(STORED[encoding]) == (TEXT.replace("Ỏi", "ỏi") if lower else TEXT)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_unicode_is_composed(form):
    import unicodedata

    stored = ("\ufeff" + unicodedata.normalize(form, NAMES)).encode().decode("latin-1")
    guess, decode = reading([stored], as_bytes_read=True)
    assert guess.encoding == "utf-8"
    assert decode(stored) == nfc(NAMES)


def test_text_of_an_old_font_inside_unicode_is_found():
    guess, decode = reading([STORED["tcvn3"]], as_bytes_read=False)
    assert guess.encoding == "tcvn3"
    assert decode(STORED["tcvn3"]) == TEXT.replace("Ỏi", "ỏi")


def test_real_text_is_left_alone():
    guess, decode = reading([TEXT, "Café"], as_bytes_read=False)
    assert guess.encoding == "utf-8"
    assert decode(TEXT) == TEXT


def test_a_guess_without_vietnamese_words_is_not_sure():
    assert not detect(["Caf\xe9 M\xfcller, na\xefve"]).sure


def test_every_decoder_reads_every_byte():
    every = "".join(map(chr, range(256)))
    assert all(isinstance(decode(every), str) for decode in DECODERS.values())


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("Khuổi", True), ("giếng", True), ("quốc", True), ("yên", True), ("tỉnh", True), ("Ỏi", True),
     ("K¹n", False), ("Baéc", False), ("xcv", False), ("cập̀", False), ("sac", False)],
)  # fmt: skip
def test_syllables(word, is_one):
    assert is_syllable(word) is is_one


def test_the_share_counts_words_with_marks_only():
    assert share_of_syllables("Dong Phong 1") == 0
    assert share_of_syllables("Nà K¹n") == 0.5


def test_headings_are_compared_without_case_marks_and_signs():
    assert key("MÃ_PX") == key("Mã PX") == "mapx"
    assert key("Đường") == "duong"


@pytest.mark.django_db
def test_headings_find_their_fields():
    mapping = match(target_of("roads"), ["MA_XA", "Tên đường", "LOAI_DUONG", "Mặt đường", "Ghi chú"], {})
    assert mapping.headings == {
        "unit": "MA_XA",
        "name": "Tên đường",
        "road_class": "LOAI_DUONG",
        "surface": "Mặt đường",
    }
    assert mapping.unused == ("Ghi chú",)


def test_a_heading_says_different_things_in_different_layers():
    assert match(target_of("communes"), ["MA_XA", "TEN_XA"], {}).headings == {"name": "TEN_XA", "code": "MA_XA"}
    assert match(target_of("hamlets"), ["MA_XA", "MA_THON", "TEN_THON"], {}).headings == {
        "name": "TEN_THON",
        "code": "MA_THON",
        "parent": "MA_XA",
    }


def test_a_heading_cut_by_dbf_is_recognised():
    assert match(target_of("communes"), ["commune_co", "commune_na"], {}).headings["code"] == "commune_co"


def test_the_user_says_which_is_which():
    mapping = match(target_of("roads"), ["a", "width"], {"name": "A", "road_class": "=village"})
    assert mapping.headings == {"name": "a", "width_m": "width"}
    assert mapping.constants == {"road_class": "village"}


@pytest.mark.parametrize(
    ("field", "text", "value", "finding"),
    [
        ("width_m", "3,5", "3.5", ""),
        ("width_m", "3.5 m", "3.5", ""),
        ("width_m", "6+", "6", "read_as_at_least"),
        ("width_m", "1.234,5", None, "out_of_range"),
        ("width_m", "rộng", None, "not_a_number"),
        ("opened_year", "2012.0", "2012", ""),
        ("opened_year", "2012.5", None, "not_a_whole_number"),
        ("opened_year", "12", None, "out_of_range"),
        ("as_of", "31/12/2016", "2016-12-31", ""),
        ("as_of", "2016-12-31", "2016-12-31", ""),
        ("as_of", "cuối năm", None, "not_a_date"),
        ("muddy", "Có", "true", ""),
        ("muddy", "không", "false", ""),
        ("muddy", "đôi khi", None, "not_yes_or_no"),
        ("road_class", "ĐX", "commune", ""),
        ("road_class", "Đường trục thôn, bản và đường liên thôn", "village", ""),
        ("road_class", "4", "commune", ""),
        ("road_class", "track", "field", ""),
        ("surface", "BTXM", "concrete", ""),
        ("surface", "5", "earth", ""),
        ("surface", "paved", None, "unknown_choice"),
        ("condition", "3", "3", ""),
        ("condition", "trung bình", "3", ""),
        ("name", "  Đường \n  Nà Ỏi ", "Đường Nà Ỏi", ""),
        ("unit", "1852", "01852", ""),
        ("unit", "01852-03", "01852-03", ""),
    ],
)
def test_values_are_read_as_they_are_written(field, text, value, finding):
    target = target_of("roads")
    read = parser(target, target.column(field))(text)
    assert (read.text, read.finding) == (value, finding)
