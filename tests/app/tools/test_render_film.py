"""Which film is rendered of the file on screen."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.app.tools.render_film import RenderFilm
from engine.commands.arguments import Arguments
from engine.commands.render import RenderArguments
from engine.film import command_line
from engine.film.command_line import WITHOUT_EFFECT
from engine.film.key_frames import KeyFrame
from engine.plugins import loading
from engine.settings import Settings
from engine.sources.recording.transport import Transport
from engine.status.commands import ChooseFilm
from engine.status.playback import SetLoop
from tests.app.parts import Program


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"")
    return path


def tool_for(name: str | None, transport=None, capture: Path | None = None, past=None, **settings) -> RenderFilm:
    program = Program(Settings().replace(captures_dir=Path("out"), **settings))
    program.pipeline.source = SimpleNamespace(shown_name=name, transport=transport)
    program.pipeline.replay = SimpleNamespace(shown=past)
    program.captures = SimpleNamespace(place_of_shown=capture)
    program.view.key_frames = ()
    return RenderFilm(program)


def choose(tool, **values) -> None:
    tool.handlers()[ChooseFilm](ChooseFilm(values))


def asked_of(tool, **more) -> RenderArguments:
    """What the command understands."""
    parser = Arguments(RenderArguments, "render", without=WITHOUT_EFFECT)
    return parser.complete(parser.read(tool.words(tool.source, **more)))


def test_a_photo_swings_with_the_present_settings(photo):
    tool = tool_for(str(photo), depth_scale=0.8)
    choose(tool, seconds=6.0, is_loop=True, path="dolly")
    asked = asked_of(tool)
    assert asked.sources == (photo,)
    assert (asked.film.path, asked.film.seconds, asked.film.loop) == ("dolly", 6.0, True)
    assert asked.film.output_dir == Path("out").absolute()
    assert asked.scene.depth_scale == 0.8
    assert asked.stereo.stereo == "off"


def test_a_photo_brings_its_depth_map_and_the_network_of_a_plugin(photo, tmp_path, monkeypatch):
    (tmp_path / "my network.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command_line, "LOADED", loaded := [])
    monkeypatch.setattr(loading, "LOADED", loaded)
    loading.load_file(Path("my network.py"))
    tool = tool_for(str(photo), depth_map=tmp_path / "depth.png", depth_map_scale=0.25, crop="0,1,0,1")
    plugin, words = tool.words(tool.source)[2], tool.words(tool.source)
    assert plugin == f"--plugin={tmp_path / 'my network.py'}"
    words.remove(plugin)
    parser = Arguments(RenderArguments, "render", without=WITHOUT_EFFECT)
    source = parser.complete(parser.read(words)).source
    assert (source.depth_map, source.depth_map_scale, source.crop) == (tmp_path / "depth.png", 0.25, "0,1,0,1")


def test_a_folder_of_pictures_keeps_its_rate(tmp_path):
    tool = tool_for(str(tmp_path), Transport(), sequence_fps=12)
    assert asked_of(tool).film.fps == 12


def test_a_device_brings_its_stereo_and_a_still_is_one_picture(photo):
    tool = tool_for(str(photo))
    choose(tool, device="3d-television", path="")
    asked = asked_of(tool)
    assert (asked.stereo.stereo, asked.film.path, asked.film.loop) == ("half-side-by-side", None, False)
    choose(tool, device="this-screen")
    assert asked_of(tool).film.path == "swing", "a still without stereo would be a copy"


def test_the_key_frames_are_a_path(photo, tmp_path):
    tool = tool_for(str(photo))
    tool.context.view.key_frames = (KeyFrame(at=0), KeyFrame(at=1))
    tool.actions()["render_key_frames"]()
    assert tool.facts().key_frames == 2
    assert asked_of(tool, flight=tmp_path / "flight.toml").film.path == str(tmp_path / "flight.toml")


def test_a_video_is_for_headsets_unless_the_window_is_in_stereo(photo):
    transport = Transport()
    tool = tool_for(str(photo), transport)
    asked = asked_of(tool)
    assert (asked.stereo.stereo, asked.film.path, asked.film.end) == ("side-by-side", None, None)
    transport.follow(SetLoop((1.5, 4.0)))
    assert (asked_of(tool).film.start, asked_of(tool).film.end) == (1.5, 4.0)
    choose(tool, only_loop=False)
    assert asked_of(tool).film.end is None
    tool = tool_for(str(photo), transport, stereo="top-bottom", eye_distance=0.07)
    assert (asked_of(tool).stereo.stereo, asked_of(tool).stereo.eye_distance) == ("top-bottom", 0.07)


def test_a_capture_is_rendered_instead_of_the_source(photo, tmp_path):
    tool = tool_for("webcam", Transport(), capture=tmp_path, depth_map=tmp_path / "depth.png", crop="0,1,0,1")
    asked = asked_of(tool)
    assert (asked.sources, asked.film.path) == ((tmp_path,), "swing")
    assert (asked.source.depth_map, asked.source.crop) == (None, "off"), "of what it was made of"


@pytest.mark.parametrize("name", ["webcam", "demo", "no such file.jpg", None])
def test_what_is_no_file_cannot_be_rendered(name):
    tool = tool_for(name)
    tool.actions()["show_render"]()
    assert tool.facts().source is None
    tool.actions()["render"]()
    tool.update(0.0)
    assert tool.facts().progress is None
    assert tool.escape()
    assert tool.facts() is None


def test_a_replay_is_saved_and_rendered(monkeypatch):
    rendered = []

    class Process:
        def __init__(self, words):
            self.source = Path(words[0])

        def run(self):
            rendered.append((self.source.name, self.source.read_bytes()))
            return self.source

    monkeypatch.setattr("engine.app.tools.render_film.RenderProcess", Process)
    past = SimpleNamespace(save=lambda path, progress: path.write_bytes(b"scene"))
    tool = tool_for("webcam", Transport(), past=past, crop="0,1,0,1")
    tool.actions()["show_render"]()
    assert (tool.facts().source, tool.facts().is_video) == ("the replay", True)
    assert asked_of(tool).source.crop == "off", "it is as it was cut"
    tool.actions()["render"]()
    tool._runner.finish()
    ((name, content),) = rendered
    assert name.endswith("_rgbd.mkv")
    assert content == b"scene"
