"""Public instances with published optima, made here from their definitions, through the code that communes run through.

Steiner triple systems: Fulkerson, Nemhauser & Trotter (1974), `stein9` and `stein27` of MIPLIB. Covering codes of
length n and radius 1: 2, 4 and 7 words for n = 3, 4, 5 (Cohen, Honkala, Litsyn & Lobstein 1997); the Hamming code of
length 7 is perfect: its 16 words are within 1 of all 128, each of these of one alone.
"""

from itertools import permutations

import numpy as np
import pytest

from layers.planning.arrays import Floats
from layers.planning.milp import Effort
from layers.planning.siting.cover import center, max_cover, set_cover
from layers.planning.siting.median import interchange, median

PROOF = Effort(seconds=60, gap=0.0)
Triples = list[tuple[int, ...]]


def tripled(triples: Triples, points: int) -> Triples:
    """A Steiner triple system on three copies of the points of another."""
    copies = [tuple(point + copy * points for point in triple) for triple in triples for copy in range(3)]
    across = [tuple(point + copy * points for copy in range(3)) for point in range(points)]
    mixed = [
        tuple(point + copy * points for point, copy in zip(triple, order, strict=True))
        for triple in triples
        for order in permutations(range(3))
    ]
    return copies + across + mixed


def hamming(length: int) -> Floats:
    """In how many letters the binary words of a length differ."""
    words = np.arange(2**length)
    return np.bitwise_count(words[:, None] ^ words[None]).astype(float)


@pytest.mark.parametrize(("points", "triples", "fewest"), [(9, 12, 5), (27, 117, 18)])
def test_the_fewest_points_that_touch_all_triples(points, triples, fewest):
    system, size = [(0, 1, 2)], 3
    while size < points:
        system, size = tripled(system, size), 3 * size
    assert len(system) == triples
    distance = np.full((triples, points), 2.0)
    for row, triple in enumerate(system):
        distance[row, list(triple)] = 1.0
    found = set_cover(distance, 1.0, effort=PROOF)
    assert found.optimal
    assert found.value == fewest


@pytest.mark.parametrize(("length", "fewest"), [(3, 2), (4, 4), (5, 7)])
def test_the_fewest_words_within_one_letter_of_all(length, fewest):
    found = set_cover(hamming(length), 1.0, effort=PROOF)
    assert found.optimal
    assert found.value == fewest


def test_one_word_fewer_leaves_some_two_letters_away():
    assert center(hamming(5), 7).value == 1
    assert center(hamming(5), 6).value == 2


def test_the_hamming_code_is_found_as_a_cover_and_as_medians():
    words = np.ones(128)
    covered = max_cover(hamming(7), words, 1.0, count=16, effort=PROOF)
    assert covered.optimal
    assert covered.value == 128
    nearest = median(hamming(7), words, 16, effort=PROOF)
    assert nearest.optimal
    assert nearest.value == interchange(hamming(7), words, 16).value == 128 - 16
