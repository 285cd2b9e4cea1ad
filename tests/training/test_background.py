import json
from dataclasses import replace

import pytest
import torch

from training import background, idle, shards
from training.background import Plan, Run
from training.evaluate import Benchmark
from training.train import Trainer

pytestmark = pytest.mark.xdist_group("training")  # one process draws the shards and loads the optimizer
torch.set_num_threads(1)
PLAN = Plan(frames=6, passes=2.0, keep=2, seed=3, evaluate_every=20, cool=24, until=36)


class Killed(BaseException):
    pass


@pytest.fixture
def start(simple, renderer, shard_folder, monkeypatch):
    """Start a run in a folder, or continue the one that is there."""
    monkeypatch.setattr(background.curves, "draw", lambda lines, out: out.write_bytes(lines.read_bytes()))
    held_out = shards.first(shard_folder / "held-out")
    few = shards.Shard(held_out.pictures[:1], held_out.inverse[:1], held_out.kinds[:1])
    benchmark = Benchmark([], [], few, {}, [], None)

    def make(folder, plan=PLAN):
        trainer = Trainer(folder / "run", background.EMBEDDED_WEIGHTS, batch=4, seed=0, data=folder / "data",
                          bf16=False, shapes=((64, 96), (96, 64)), full_rate=0.3)  # fmt: skip
        return Run(trainer, simple, renderer, benchmark, folder / "data", plan)

    return make


@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(start, tmp_path):
    """Nothing is saved when it is killed but what is on disk by then: same batches, same weights, same shards."""
    calm = start(tmp_path / "calm")
    calm.go_on(lambda: True)
    for steps in (2, 5, 7, 9, 1000):

        def goes_on(left=[steps]):  # noqa: B006
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return True

        run = start(tmp_path / "killed")
        try:
            run.go_on(goes_on)
        except Killed:
            continue
    assert run.trainer.progress.seen == calm.trainer.progress.seen == 24
    for name, weight in calm.trainer.average.state_dict().items():
        torch.testing.assert_close(run.trainer.average.state_dict()[name], weight, rtol=0, atol=0)
    for folder in ("calm", "killed"):
        assert [path.name for path in shards.folders(tmp_path / folder / "data")] == ["shard-000000", "shard-000001"]


@pytest.mark.slow
def test_it_renders_and_learns_by_turns_and_writes_a_page(start, tmp_path):
    run = start(tmp_path, replace(PLAN, cool=0))
    run.go_on(lambda: True)
    assert [path.name for path in shards.folders(tmp_path / "data")] == ["shard-000001", "shard-000002"]  # two are kept
    results = json.loads((tmp_path / "run" / "results.json").read_text())
    assert list(results) == ["0 pictures", "20 pictures", "36 pictures"]
    page = (tmp_path / "run" / "report.md").read_text()
    assert "36 pictures learned from" in page
    assert "3 shards rendered, 2 on disk" in page
    assert all(f"| {name} |" in page for name in results)
    for picture in ("curves.png", "held-out.jpg"):
        assert f"({picture})" in page
        assert (tmp_path / "run" / picture).exists()
    used = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert used < 2 * 6 * 128 * 96 * 5 * 1.1 + 0.1e9


def test_a_run_that_has_cooled_can_go_on(start, tmp_path):
    run = start(tmp_path)
    run.trainer.progress.seen, run.trainer.progress.cool_from = 24, 0
    run.trainer.save()
    again = start(tmp_path, replace(PLAN, cool=0, until=28))
    again.go_on(lambda: True)
    assert again.trainer.progress.seen == 28
    assert again.trainer.progress.cool_from == -1


def test_it_ends_between_two_pieces_of_work_when_asked(start, tmp_path):
    run = start(tmp_path)
    run.go_on(lambda: False)
    assert run.trainer.progress.seen == 0
    assert not shards.folders(tmp_path / "data")
    assert (tmp_path / "run" / "state.pt").exists()


def stat(path, *, user, nice, idle_ticks):
    path.write_text(f"cpu  {user} {nice} 0 {idle_ticks} 0 0 0 0 0 0\ncpu0 1 1 1 1\n")


def test_load_is_that_of_others_and_not_of_low_priority(tmp_path):
    path = tmp_path / "stat"
    stat(path, user=100, nice=100, idle_ticks=100)
    load = idle.Load(path)
    stat(path, user=130, nice=160, idle_ticks=110)
    assert load.share() == pytest.approx(0.3)
    stat(path, user=130, nice=260, idle_ticks=110)
    assert load.share() == 0


def test_it_waits_while_others_need_the_processor():
    loads, slept, time_s = [0.9, 0.8, 0.2], [], [0.0]

    def sleep(seconds):
        slept.append(seconds)
        time_s[0] += seconds

    pause = idle.Pause(0.5, lambda: False, load=lambda: loads.pop(0), clock=lambda: time_s[0], sleep=sleep)
    assert pause.goes_on()
    assert len(loads) == 3  # it has only just begun
    time_s[0] = 10
    assert pause.goes_on()
    assert slept == [idle.LOOK_EVERY_S] * 2
    assert pause.goes_on()
    assert not loads


def test_it_does_not_wait_when_asked_to_end():
    time_s, over = [0.0], []

    def sleep(seconds):
        over.append(True)
        time_s[0] += seconds

    pause = idle.Pause(0.5, lambda: bool(over), load=lambda: 1.0, clock=lambda: time_s[0], sleep=sleep)
    time_s[0] = 10
    assert not pause.goes_on()
    assert len(over) == 1


def test_its_priority_is_the_lowest_there_is(monkeypatch):
    said = []
    monkeypatch.setattr(idle.os, "nice", said.append)
    monkeypatch.setattr(idle.os, "sched_setscheduler", lambda pid, policy, param: said.append((pid, policy)))
    idle.lower_priority()
    assert said == [19, (0, idle.os.SCHED_IDLE)]
