"""The governor on a simulated machine with a fixed cost per level."""

from itertools import pairwise
from typing import get_args

import pytest

from engine.render.quality import BACKOFF_S, BUDGET_SHARE, LEVELS, LONGEST_PACE_S, NAMED, Governor
from engine.settings import DisplaySettings, Settings

FPS = 30
BUDGET_MS = 1000 * BUDGET_SHARE / FPS


def run(governor, cost_ms, seconds, start_s=0.0):
    """Draw for some seconds on a machine where the levels take `cost_ms`. Return the level of each picture."""
    seen = []
    for i in range(round(seconds * FPS)):
        at = LEVELS.index(governor.level)
        seen.append(at)
        governor.record(cost_ms[at] / 1000, start_s + i / FPS)
    return seen


def machine(dearest_ms):
    """Each level takes 1.6 times what the one below takes."""
    return [dearest_ms / 1.6 ** (len(LEVELS) - 1 - at) for at in range(len(LEVELS))]


def test_the_names_are_those_of_the_setting():
    choices = get_args(DisplaySettings.model_fields["quality"].annotation)
    assert choices == ("auto", *NAMED)
    assert list(NAMED.values()) == sorted(NAMED.values())


def test_high_is_what_is_set_and_others_follow_from_it():
    wanted = Settings().replace(subsample=2, shadows=0.4, occlusion=0.3)
    assert LEVELS[NAMED["high"]].fit(wanted) == wanted
    assert LEVELS[NAMED["ultra"]].fit(wanted).display.subsample == 1
    low = LEVELS[NAMED["low"]].fit(wanted)
    assert (low.display.subsample, low.light.shadows, low.light.occlusion) == (6, 0, 0)
    assert LEVELS[NAMED["low"]].fit(wanted.replace(subsample=8)).display.subsample == 8
    assert LEVELS[NAMED["low"]].fit(wanted.replace(display_mode="pointcloud")).display.subsample == 3
    assert LEVELS[NAMED["ultra"]].fit(wanted.replace(display_mode="pointcloud")).display.subsample == 1
    assert LEVELS[NAMED["ultra"]].fit(wanted.replace(subsample=1)).display.subsample == 1


def test_levels_get_dearer_one_by_one():
    for cheaper, dearer in pairwise(LEVELS):
        assert cheaper.spacing >= dearer.spacing
        assert cheaper.scale <= dearer.scale
        assert set(cheaper.without) >= set(dearer.without)
        assert cheaper != dearer


@pytest.mark.parametrize("start", [NAMED["low"], NAMED["high"], NAMED["ultra"]])
@pytest.mark.parametrize("dearest_ms", [5, 40, 120, 400])
def test_it_settles_within_the_budget_wherever_it_starts(start, dearest_ms):
    cost_ms = machine(dearest_ms)
    governor = Governor(start, FPS)
    run(governor, cost_ms, 60)
    last = run(governor, cost_ms, 20, 60)
    assert max(cost_ms[at] for at in last[-200:] if last.count(at) > 30) <= BUDGET_MS
    best = max(at for at, ms in enumerate(cost_ms) if ms <= BUDGET_MS)
    assert max(last) >= best - 1  # a step with less than double the cost is not always dared


def test_it_falls_within_half_a_second():
    governor = Governor(NAMED["high"], FPS)
    seen = run(governor, machine(200), 2)
    assert seen[15] < NAMED["high"]
    assert machine(200)[seen[-1]] <= BUDGET_MS


def test_it_does_not_swing():
    """The level above is too slow, and is retried less and less often."""
    cost_ms = [0.45 * BUDGET_MS] * 5 + [1.5 * BUDGET_MS] * (len(LEVELS) - 5)
    seen = run(Governor(4, FPS), cost_ms, 300)
    tries = [i for i in range(1, len(seen)) if seen[i] > seen[i - 1]]
    assert 2 <= len(tries) <= 7
    gaps = [b - a for a, b in pairwise(tries)]
    assert gaps == sorted(gaps)
    assert gaps[0] >= BACKOFF_S * FPS
    assert sum(at > 4 for at in seen) < 0.02 * len(seen)


def test_a_single_slow_picture_changes_nothing():
    governor = Governor(4, FPS)
    cost = [0.85 * BUDGET_MS] * len(LEVELS)
    run(governor, cost, 2)
    governor.record(0.5, 2.0)
    assert governor.level is LEVELS[4]
    assert set(run(governor, cost, 2, 2.0)) == {4}


def test_the_lowest_and_the_highest_are_the_ends():
    assert run(Governor(0, FPS), [500] * len(LEVELS), 5)[-1] == 0
    assert run(Governor(0, FPS), [0.1] * len(LEVELS), 60)[-1] == len(LEVELS) - 1


def test_it_says_why():
    governor = Governor(4, FPS)
    assert governor.reason == "27 ms allowed"
    run(governor, [20] * len(LEVELS), 0.5)
    assert governor.reason == "20 of 27 ms"


def test_maps_are_spaced_where_the_cheapest_level_takes_too_long_and_come_back():
    governor = Governor(0, FPS)
    run(governor, [1.3 * BUDGET_MS] * len(LEVELS), 3)
    assert governor.level is LEVELS[0]
    assert governor.pace_s == pytest.approx(LONGEST_PACE_S)
    assert 1 / governor.pace_s > 10
    run(governor, [0.95 * BUDGET_MS] * len(LEVELS), 10, 3)
    assert governor.pace_s == pytest.approx(LONGEST_PACE_S), "there is no room for more"
    seen = run(governor, [0.3 * BUDGET_MS] * len(LEVELS), 30, 13)
    assert governor.pace_s == 0
    assert seen[-1] > 0, "with maps as they come there is room for a better picture"
