"""What the window shows of messages that are written for the terminal."""

import pytest

from engine.app.plain_words import for_the_window, in_plain_words
from engine.errors import SourceError
from engine.settings import language
from engine.sources.dropped import sources_in
from engine.sources.image_file import decode_image, read_bytes
from engine.sources.live import webcam


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (
            "the weights of vits are not on this machine. To download them (116 MB, Apache-2.0): python -m engine "
            "models download vda-vits; or save https://huggingface.co/x/y.pth as /root/checkpoints/y.pth",
            "The weights of vits are not on this machine.",
        ),
        (
            "views need another network: the weights of da3-base are missing. To get them: python -m engine models",
            "Views need another network: the weights of da3-base are missing.",
        ),
        ("it needs another package: python -m pip install 'a[b]'", "It needs another package."),
        ("there is no screen: set DISPLAY, or choose another source", "There is no screen: choose another source."),
        ("/tmp/My Pictures/a b.png cannot be read; check the path", "a b.png cannot be read; check the path."),
        (r"C:\Users\me\x.png cannot be written: disk full", "x.png cannot be written: disk full."),
        ("http://cam.local:8080/video?key=1 stopped sending frames", "cam.local stopped sending frames."),
        ("~/.config/da3d/settings.toml: subsample is too large", "settings.toml: subsample is too large."),
        ("'x' is no address of a stream (http, https)", "'x' is no address of a stream (http, https)."),
        ("should be a number, or a fraction such as 1/256", "Should be a number, or a fraction such as 1/256."),
        ("looking for cameras …", "Looking for cameras …"),
        ("", ""),
    ],
)
def test_folders_addresses_and_commands_are_left_to_the_terminal(message, line):
    assert in_plain_words(message) == line


def test_frequent_messages_are_in_the_language_of_the_window(tmp_path, monkeypatch):
    empty, damaged = tmp_path / "empty.png", tmp_path / "holiday photo.png"
    empty.touch()
    damaged.write_bytes(b"no picture at all")
    monkeypatch.setattr(webcam, "system_cameras", dict)
    no_camera = webcam._what_is_wrong(0)

    def shown(attempt, *arguments):
        with pytest.raises(SourceError) as failed:
            attempt(*arguments)
        return for_the_window(str(failed.value))

    attempts = (read_bytes, empty), (decode_image, damaged), (sources_in, []), (sources_in, ["no such thing"])
    english = [shown(*attempt) for attempt in attempts]
    english.append(for_the_window(no_camera))
    language.use("de")
    german = [shown(*attempt) for attempt in attempts]
    german.append(for_the_window(no_camera))
    assert english[1].startswith("holiday photo.png is damaged")
    assert german[1].startswith("holiday photo.png ist ")
    assert not set(german) & set(english)
    assert for_the_window("something else happened") == "Something else happened."
