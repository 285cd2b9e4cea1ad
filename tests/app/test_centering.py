"""How the scene makes room for panels."""

from math import inf

import pytest

from engine.app.centering import TIME_CONSTANT_S, Centering


def test_it_begins_in_its_place_and_glides_from_there():
    room = Centering()
    room.update(0.01)
    assert room.share == 0  # nothing is known yet
    room.covered = 0.4
    room.update(0.01)
    assert room.share == 0.4
    room.covered = 0.0
    shares = []
    for _ in range(20):
        room.update(TIME_CONSTANT_S / 2)
        shares.append(room.share)
    assert shares[1] == pytest.approx(0.4 / 2.718, rel=0.01)
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == 0
    room.covered = 0.3
    room.update(inf)
    assert room.share == 0.3
