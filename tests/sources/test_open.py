"""Names become sources, or one line that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import SourceError
from engine.logs import redacted
from engine.paths import source_name
from engine.settings import SourceSettings
from engine.sources import open_source
from tests.sources.media import quarters, write_clip, write_picture


def error_of(name: str | Path, **settings) -> str:
    with pytest.raises(SourceError) as caught:
        open_source(SourceSettings(source=str(name), **settings))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_importing_loads_no_decoder() -> None:
    code = "import sys, engine.sources; print({'cv2', 'av', 'OpenEXR', 'torch', 'moderngl'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_a_missing_file_is_named_and_a_similar_one_suggested(tmp_path: Path) -> None:
    write_picture(tmp_path / "holiday.png", quarters(8, 8))
    message = error_of(tmp_path / "holidays.png")
    assert "holidays.png" in message
    assert "did you mean" in message
    assert str(tmp_path / "holiday.png") in message


def test_files_are_told_apart_by_their_whole_path_however_that_is_written(tmp_path: Path, monkeypatch) -> None:
    def id_of(name: str) -> str:
        return open_source(SourceSettings(source=name)).source_id

    for folder in ("A", "B"):
        (tmp_path / folder).mkdir()
        write_picture(tmp_path / folder / "IMG_1.png", quarters(8, 8))
        write_clip(tmp_path / folder / "clip.mp4", [quarters(64, 48)])
        (tmp_path / folder / "frames").mkdir()
        write_picture(tmp_path / folder / "frames" / "1.png", quarters(8, 8))
    monkeypatch.chdir(tmp_path)
    for name in ("IMG_1.png", "clip.mp4", "frames"):
        assert id_of(f"A/{name}") == id_of(f"{tmp_path}/B/../A/{name}") == str(tmp_path / "A" / name)
        assert id_of(f"A/{name}") != id_of(f"B/{name}")


def test_what_is_shown_of_a_source_is_short() -> None:
    names = [os.path.abspath("A/IMG_1.jpg"), os.path.abspath("/"), "webcam:0", "http://host/a.mjpg", "demo"]
    assert [source_name(name) for name in names] == ["IMG_1.jpg", names[1], *names[2:]]


def test_a_misspelt_name_is_corrected() -> None:
    assert "did you mean demo?" in error_of("dmeo")


@pytest.mark.parametrize("name", ["", "no such thing", "a\0b", "x" * 5000, "~nobody-of-this-name/x.mp4"])
def test_an_unknown_name_lists_what_there_is(name: str) -> None:
    assert "a video file, a picture, or a folder of pictures" in error_of(name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("webcam:front", "is not a camera"),
        ("webcam:-1", "is not a camera"),
        ("ftp://somebody:secret@host/a", "use http, https, rtsp"),
        ("http://somebody:secret@127.0.0.1:1/a?key=secret", "http://127.0.0.1:1/a does not answer"),
        ("http://[secret", "http://…"),
    ],
)
def test_a_live_source_that_cannot_be_is_explained(name: str, says: str) -> None:
    message = error_of(name)
    assert says in message
    assert "secret" not in message


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".png", ".jpg", ".txt", ""])
@pytest.mark.parametrize(
    "content", [b"", b"no picture, no video\n" * 100, bytes(range(256)) * 40], ids=["empty", "text", "bytes"]
)
def test_a_file_without_pictures_is_named(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"not a picture ß{suffix}"
    path.write_bytes(content)
    assert str(path) in error_of(path)


@pytest.mark.parametrize("name", ["clip.mp4", "picture.png"])
def test_a_truncated_file_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_clip(path, [quarters(64, 48)] * 4) if name == "clip.mp4" else write_picture(path, quarters(64, 48))
    path.write_bytes(path.read_bytes()[:40])
    assert str(path) in error_of(path)


@pytest.mark.parametrize("name", ["clip.mp4", "picture.png"])
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    path.chmod(0)
    assert str(path) in error_of(path)


def test_a_depth_map_goes_with_a_picture_only(tmp_path: Path) -> None:
    assert "--depth-map" in error_of("demo", depth_map=tmp_path / "depth.png")
    assert "there is no source" in error_of(tmp_path / "none.png", depth_map=tmp_path / "depth.png")


def test_the_demo_can_be_without_depth() -> None:
    assert open_source(SourceSettings(source="demo")).read(64).depth is not None
    frame = open_source(SourceSettings(source="demo", demo_depth=False)).read(64)
    assert frame.depth is None
    assert frame.kind is None


def test_how_an_address_is_written_is_said() -> None:
    assert "written like rtsp://host/path" in redacted(error_of("user:SECRET@camera"))


@pytest.mark.parametrize("kind", [".jpg", ".png", ".webp", ".tif", ".gif"])
@pytest.mark.parametrize("suffix", ["", ".dat"])
def test_photographs_that_were_renamed_are_stills(tmp_path: Path, kind: str, suffix: str) -> None:
    write_picture(tmp_path / f"photo{kind}", quarters(64, 32))
    renamed = (tmp_path / f"photo{kind}").rename(tmp_path / f"renamed{suffix}")
    source = open_source(SourceSettings(source=str(renamed)))
    assert source.read(64).is_still


def test_jpeg_xl_has_no_decoder(tmp_path: Path) -> None:
    for name in ("photo.jxl", "renamed"):
        (tmp_path / name).write_bytes(b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(300))
        assert "is JPEG XL, for which there is no decoder here" in error_of(tmp_path / name)


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "loop.png").symlink_to("loop.png")
    assert "is a link that leads to no file" in error_of(tmp_path / "loop.png")
