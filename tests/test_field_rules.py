"""What decides without a database: conflict rules, traces, sealing. Small cases, worked out by hand."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from layers.errors import Refused
from layers.fieldwork.filled import Edit, Line, Location, Spot
from layers.fieldwork.rules import Disagreement, Known, merge
from layers.fieldwork.sealing import Kind, key_id, seal, unseal
from layers.fieldwork.traces import cut, lines

HERE = Spot(105.81, 22.11, 10)
#: 0.0001° of latitude are 11.1 m.
NEAR = Spot(105.81, 22.1101, 5)
FAR = Spot(105.81, 22.12, 5)


@pytest.mark.parametrize(
    ("theirs", "old", "new", "stored", "disputed"),
    [
        (3, 3, 5, {"members": 5}, []),  # unchanged since
        (5, 3, 5, {}, []),  # both say the same
        (6, 3, 5, {}, [Disagreement("members", 3, 6, 5)]),  # each says something else
        (None, "", 5, {"members": 5}, []),  # nothing and an empty text are the same nothing
        (False, None, True, {}, [Disagreement("members", None, False, True)]),  # "no" is an answer
        (3, 3, None, {"members": None}, []),  # cleared
    ],
)
def test_one_value(theirs, old, new, stored, disputed):
    merged = merge(Known(2, {"members": theirs}), {"members": Edit(old, new)}, None, 2)
    assert (merged.values, merged.disagreements, merged.parallel) == (stored, disputed, False)


def test_somebody_elses_change_of_another_field_is_said():
    assert merge(Known(3, {"members": 3}), {"members": Edit(3, 5)}, None, 2).parallel is True


@pytest.mark.parametrize(
    ("theirs", "base", "mine", "stored", "disputed"),
    [
        (None, None, FAR, FAR, False),  # the first position
        (HERE, HERE, FAR, FAR, False),  # unchanged since
        (Spot(105.81, 22.11, 20), FAR, NEAR, NEAR, False),  # 11.1 m apart, 20 m accurate: one place, the better fix
        (HERE, None, FAR, None, True),
        (HERE, FAR, HERE, None, False),  # both went to the same place
    ],
)
def test_a_position(theirs, base, mine, stored, disputed):
    merged = merge(Known(2, {}, theirs), {}, Location(mine, "gps", old=base), 2)
    assert (merged.spot, bool(merged.disagreements)) == (stored, disputed)


def test_a_worse_fix_of_the_same_place_changes_nothing():
    merged = merge(Known(2, {}, NEAR), {}, Location(Spot(105.81, 22.11, 40), "gps", old=FAR), 2)
    assert (merged.spot, merged.disagreements) == (None, [])


def test_a_trace_is_cut_at_pauses_and_leaps_and_every_piece_is_kept():
    def fix(metres: float, seconds: float) -> tuple[float, ...]:
        return (105.81, 22.11 + metres / 110_700, 5.0, seconds)

    walked = [fix(0, 0), fix(50, 30), fix(100, 60)]
    after_a_pause = [fix(110, 181), fix(160, 211)]  # 121 s later
    after_a_leap = [fix(900, 221), fix(950, 251)]  # 740 m in 10 s
    noise = [fix(955, 400)]
    found = cut([*walked, *after_a_pause, *after_a_leap, *noise])
    assert [len(piece) for piece in found] == [3, 2, 2, 1]
    assert len(lines(Line("trace", (tuple(walked + after_a_pause + after_a_leap + noise),)))) == 3


def test_fixes_out_of_order_are_put_in_order():
    found = cut([(105.8101, 22.11, 5.0, 20.0), (105.81, 22.11, 5.0, 10.0)])
    assert [point[3] for point in found[0]] == [10.0, 20.0]


@pytest.fixture(scope="module")
def key():
    return generate_private_key(public_exponent=65537, key_size=2048)


def test_the_bytes_are_those_of_the_protocol(key):
    sealed = seal(b"plain", Kind.RECORD, key.public_key())
    assert sealed[:5] == b"NTM1\x01"
    assert sealed[5:13] == key_id(key.public_key())
    length = int.from_bytes(sealed[13:15], "big")
    assert (length, len(sealed)) == (256, 15 + 256 + 12 + len(b"plain") + 16)
    assert unseal(sealed, Kind.RECORD, key) == b"plain"


@pytest.mark.parametrize("place", [4, 6, 20, 280, -1])
def test_any_changed_byte_is_noticed(key, place):
    changed = bytearray(seal(b"plain", Kind.RECORD, key.public_key()))
    changed[place] ^= 1
    with pytest.raises(Refused):
        unseal(bytes(changed), Kind.RECORD, key)


def test_neither_another_kind_nor_another_key_opens_it(key):
    sealed = seal(b"plain", Kind.ATTACHMENT, key.public_key())
    with pytest.raises(Refused):
        unseal(sealed, Kind.RECORD, key)
    with pytest.raises(Refused):
        unseal(sealed, Kind.ATTACHMENT, generate_private_key(public_exponent=65537, key_size=2048))


@pytest.mark.parametrize("content", [b"", b"NTM1", b"NTM1" + bytes(20), b"x" * 500])
def test_what_was_never_sealed_is_refused(key, content):
    with pytest.raises(Refused):
        unseal(content, Kind.RECORD, key)
