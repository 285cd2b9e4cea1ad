"""What the recorder passes on, and what it calls its files."""

from types import SimpleNamespace

import av
import numpy as np
import pytest

from engine.app.tools.recorder import REPEAT_S, Recorder
from engine.settings import Settings
from tests.app.parts import Program
from tests.waiting import LIMIT_S, wait_for

SIZE = (64, 36)


def recorder(folder, **settings) -> Recorder:
    program = Program(Settings().replace(captures_dir=folder, **settings))
    picture = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    parts = {
        "renderer": SimpleNamespace(size=SIZE, read=lambda: picture),
        "display": SimpleNamespace(fps=30.0),
        "source": SimpleNamespace(newest=None, transport=None),
        "draw_if_changed": lambda request: True,
    }
    vars(program.pipeline).update(parts)
    return Recorder(program)


@pytest.mark.parametrize(
    ("stereo", "ending"),
    [("off", ""), ("side-by-side", "_LRF_Full_SBS"), ("half-top-bottom", "_TB"), ("anaglyph", "")],
)
def test_the_name_says_where_the_eyes_are(tmp_path, stereo, ending):
    tool = recorder(tmp_path, stereo=stereo)
    tool.toggle()
    tool.close()
    (path,) = tmp_path.iterdir()
    assert path.stem[len("da3d-2000-01-01-000000") :] == ending


def test_recordings_of_the_same_second_do_not_replace_each_other(tmp_path):
    for _ in range(2):
        tool = recorder(tmp_path)
        tool.toggle()
        tool.close()
    assert len(list(tmp_path.iterdir())) == 2


def test_what_stands_still_is_repeated_and_lasts_as_long(tmp_path):
    tool = recorder(tmp_path)
    clock = tool.context.clock
    tool.toggle()
    assert tool.context.view.is_recorded
    start_s = clock.now_s()
    for seconds in (0.5, 1.0, 1.5, 2.0):
        clock.sleep_until(start_s + seconds)
        tool.update(clock.now_s())
    assert tool.facts().seconds == int(clock.now_s() - start_s) == int(seconds)
    tool.toggle()
    assert not tool.context.view.is_recorded
    tool._runner.finish()
    (path,) = tmp_path.iterdir()
    with av.open(str(path)) as file:
        times = [frame.time for frame in file.decode(video=0)]
    assert times == pytest.approx([0, REPEAT_S, 2 * REPEAT_S], abs=0.05)
    assert wait_for(lambda: tool.context.notices.status.infos, LIMIT_S) == ("Recording saved.",)
