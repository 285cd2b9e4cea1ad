import pytest

from engine.clock import FixedClock, RealClock, Ticker


def test_fixed_clock_moves_only_when_told():
    clock = FixedClock(10)
    assert clock.now_s() == 10
    clock.sleep_until(12)
    clock.sleep_until(11)
    assert clock.now_s() == 12


def test_real_clock_sleeps_until_the_time():
    clock = RealClock()
    due = clock.now_s() + 0.02
    clock.sleep_until(due)
    assert clock.now_s() >= due


def test_ticks_are_one_period_apart():
    ticker = Ticker(FixedClock(5), fps=50)
    assert [ticker.wait() for _ in range(4)] == pytest.approx([5, 5.02, 5.04, 5.06])


def test_a_late_tick_is_not_made_up_for():
    clock = FixedClock()
    ticker = Ticker(clock, fps=10)
    ticker.wait()
    clock.sleep_until(3.0)  # the loop body took three seconds
    assert ticker.wait() == 3.0
    assert ticker.wait() == pytest.approx(3.0)  # due at once, once
    assert ticker.wait() == pytest.approx(3.1)
