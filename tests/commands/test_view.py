"""What `view` builds is taken down again, whatever fails on the way."""

import pytest

from engine.commands import view
from engine.errors import EngineError, ShaderError
from engine.settings import Settings
from engine.settings.run_options import RunOptions


@pytest.fixture
def parts(monkeypatch):
    """Stand-ins for window, pipeline and viewer. `fails` holds `NAME` or `NAME.METHOD`; `closed` what was closed."""

    class Parts:
        def __init__(self) -> None:
            self.fails: set[str] = set()
            self.closed: list[str] = []

        def stand_in(self, name: str):
            parts = self

            class Part:
                ctx = None

                def __init__(self, *_: object, **__: object) -> None:
                    parts.check(name)

                def turn(self, now_s: float) -> None:
                    parts.check(f"{name}.turn")

                def close(self) -> None:
                    parts.closed.append(name)
                    parts.check(f"{name}.close")

                destroy = close

            return Part

        def check(self, step: str) -> None:
            if step in self.fails:
                raise ShaderError(f"{step} failed")

    made = Parts()
    monkeypatch.setattr("engine.window.window.Window", made.stand_in("window"))
    monkeypatch.setattr("engine.pipeline.pipeline.Pipeline", made.stand_in("pipeline"))
    monkeypatch.setattr("engine.app.viewer.Viewer", made.stand_in("viewer"))
    return made


@pytest.mark.parametrize(
    ("fails", "closed"),
    [
        ({"window"}, []),
        ({"pipeline"}, ["window"]),
        ({"viewer"}, ["pipeline", "window"]),
        ({"viewer.turn"}, ["viewer", "pipeline", "window"]),
        ({"viewer.turn", "viewer.close"}, ["viewer", "pipeline", "window"]),
        ({"viewer.turn", "pipeline.close"}, ["viewer", "pipeline", "window"]),
    ],
)
def test_what_was_built_is_closed_in_the_other_order(parts, fails, closed):
    parts.fails = fails
    with pytest.raises(EngineError, match="failed"):
        view._run_window(Settings(), Settings(), RunOptions(), 0.0)
    assert parts.closed == closed


def test_a_baseline_needs_a_focal_length(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(view, "config_file", lambda: tmp_path / "settings.toml")
    monkeypatch.setattr(view, "_view", lambda *_, **__: 0)
    words = ["a.png", "d.pfm", "--depth-map-baseline", "0.2"]
    assert view.main(words, 0.0) == 2
    assert "--focal-length-x" in capsys.readouterr().err
    assert view.main([*words, "--focal-length-x", "900"], 0.0) == 0


@pytest.mark.parametrize(
    ("words", "remembered", "asks"),
    [
        ([], "", True),
        (["--quality", "low"], "", True),
        ([], 'source = "webcam"', False),
        (["--source", "demo"], "", False),
        (["clip.mp4"], "", False),
        (["--camera-id", "1"], "", False),
    ],
)
def test_who_names_no_source_is_asked_for_one(monkeypatch, tmp_path, words, remembered, asks):
    (tmp_path / "settings.toml").write_text(f"[source]\n{remembered}\n", encoding="utf-8")
    monkeypatch.setattr(view, "config_file", lambda: tmp_path / "settings.toml")
    asked = []
    monkeypatch.setattr(view, "_run_window", lambda *_, asks: asked.append(asks) or 0)
    assert view.main(words, 0.0) == 0
    assert asked == [asks]
