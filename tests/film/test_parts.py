"""Films in parts: where they are cut, and that an ended run is gone on with."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
import pytest

from engine.commands.render import main
from engine.errors import OutputError
from engine.export.depth_spool import KeptSpool
from engine.film.parts import LONGEST_S, numbers_of, parts_of
from engine.film.work_folder import folder_for, work_folder
from tests.sources.media import write_clip

COLORS = (200, 60, 30), (30, 200, 60), (60, 30, 200)
SHOT = 30
OPTIONS = ("--encoder", "lite", "--input-size", "64", "--device", "cpu", "--quality", "low", "--stereo", "side-by-side")
EXACT = ("--format", "mov", "--codec", "prores")  # x264 decides differently from run to run, if by a hair
KILLED = """
import os, signal, sys
from engine.commands.render import main
from engine.export.depth_spool import KeptSpool
from engine.film.painter import Painter
owner, name = {"depth": (KeptSpool, "append"), "drawing": (Painter, "draw")}[sys.argv[1]]
whole, calls = getattr(owner, name), []
def killing(*arguments, **named):
    calls.append(1)
    if len(calls) > 40:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*arguments, **named)
setattr(owner, name, killing)
main(sys.argv[2:])
"""


def test_parts_are_shots_and_pieces_of_long_ones():
    times = [index / 10 for index in range(1000)]
    parts = parts_of([100, 105, 200], times)
    assert parts[:2] == [range(100), range(100, 200)]  # what is shorter than a second is no part
    assert [part.stop for part in parts[:-1]] == [part.start for part in parts[1:]]
    assert len(parts) == 2 + 4
    assert all(times[part[-1]] - times[part[0]] <= LONGEST_S for part in parts)
    assert numbers_of(parts)[99:101] == [0, 1]
    assert parts_of([], [0.0]) == [range(1)]


def test_depth_is_kept_up_to_the_last_cut(tmp_path, rng):
    maps = rng.random((7, 4, 6)).astype(np.float32)
    with KeptSpool(tmp_path, 64) as spool:
        for index, depth in enumerate(maps):
            spool.append(depth, begins_scene=index in (2, 5))
        before = list(spool)
    with (tmp_path / "depth.jsonl").open("a") as index:
        index.write('{"ends": [0.')  # cut off
    assert KeptSpool.input_size_in(tmp_path) == 64
    with KeptSpool(tmp_path, 64) as spool:
        assert (len(spool), spool.scenes, spool.is_complete) == (5, [2], False)
        for depth in maps[5:]:
            spool.append(depth, begins_scene=depth is maps[5])
        spool.complete()
    with KeptSpool(tmp_path, 64) as spool:
        assert spool.is_complete
        np.testing.assert_array_equal(list(spool), before)
    with KeptSpool(tmp_path, 32) as spool:
        assert (len(spool), spool.is_complete) == (0, False)


def test_two_jobs_do_not_write_the_same_film(tmp_path):
    target = tmp_path / "out" / "film.mkv"
    with work_folder(target, "a") as folder:
        (folder / "part").write_text("")
        with pytest.raises(OutputError, match="is being written by another process"), work_folder(target, "a"):
            pass
        with work_folder(target.with_name("other.mkv"), "a"):  # another film beside it is no trouble
            pass
        assert (folder / "part").exists()
    assert list(target.parent.iterdir()) == []


def test_parts_of_another_film_are_not_used(tmp_path):
    target = tmp_path / "film.mkv"

    def interrupted(key: str, **wishes: bool) -> list[str]:
        """The finished parts that a film finds; it is interrupted then."""
        with suppress(KeyboardInterrupt), work_folder(target, key, **wishes) as folder:
            found = sorted(path.name for path in folder.iterdir() if path.name not in ("lock", "key"))
            (folder / "000000.mp4").write_text("")
            (folder / ".000001-abc.mp4").write_text("")  # left by a process that was killed
            raise KeyboardInterrupt
        return found

    assert interrupted("a") == []
    assert interrupted("a") == ["000000.mp4"]
    assert interrupted("b") == []
    assert interrupted("b", is_fresh=True) == []
    with pytest.raises(ValueError, match="wrong"), work_folder(target, "b"):
        raise ValueError("wrong")
    assert list(tmp_path.iterdir()) == []


def shots(path: Path) -> Path:
    """A clip of three shots, in each of which a bright square moves."""
    images = []
    for index in range(3 * SHOT):
        image = np.full((36, 64, 3), COLORS[index // SHOT], np.uint8)
        image[::4] //= 2
        at = 4 + index % SHOT
        image[10:26, at : at + 16] = 240
        images.append(image)
    return write_clip(path, images, codec="ffv1")


def frames_of(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


@pytest.mark.slow
def test_a_run_that_was_killed_is_gone_on_with(tmp_path, caplog):
    clip, out, name = shots(tmp_path / "clip.mkv"), tmp_path / "out", "clip_LRF_Full_SBS.mov"
    command = (str(clip), *OPTIONS, *EXACT, "--output-dir", str(out))
    for stage in ("depth", "drawing"):
        killed = subprocess.run([sys.executable, "-c", KILLED, stage, *command], capture_output=True, check=False)
        assert killed.returncode < 0, killed.stderr.decode()
    (left,) = os.listdir(out)
    assert left == folder_for(out / name).name
    assert main(list(command)) == 0
    assert "the depth of 90 frames is there already" in caplog.text
    assert "1 of 3 parts are already drawn" in caplog.text
    assert b"the depth of 30 frames is there already" in killed.stderr
    assert os.listdir(out) == [name]
    whole = tmp_path / "whole"
    assert main([str(clip), *OPTIONS, *EXACT, "--output-dir", str(whole)]) == 0
    np.testing.assert_array_equal(frames_of(out / name), frames_of(whole / name))
