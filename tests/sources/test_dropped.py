from pathlib import Path

import pytest

from engine.errors import SourceError
from engine.sources.dropped import Payload, sources_in


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "my clip é #1.mp4"
    path.touch()
    return path


def test_a_path_in_whatever_dress(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(clip.parent))
    monkeypatch.setenv("USERPROFILE", str(clip.parent))
    for text in (str(clip), f'  "{clip}"\n', f"'{clip}'", clip.as_uri(), f"~/{clip.name}"):
        assert Path(sources_in([text]).source) == clip


def test_folders_and_addresses_and_the_first_of_several(clip: Path) -> None:
    assert sources_in([str(clip.parent)]).source == str(clip.parent)
    assert sources_in(["", " rtsp://me:secret@10.0.0.2/live ", "x"]) == Payload("rtsp://me:secret@10.0.0.2/live")
    assert sources_in([str(clip), "/elsewhere.png"]).source == str(clip)


@pytest.mark.parametrize("names", [("a.png", "a.npz"), ("depth.EXR", "photo.jpg")])
def test_a_picture_dropped_with_its_depth_map(names: tuple[str, str]) -> None:
    payload = sources_in(names)
    assert Path(payload.source).suffix in {".png", ".jpg"}
    assert payload.depth_map is not None
    assert payload.depth_map.suffix in {".npz", ".EXR"}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([], "no file or address"),
        (["  ", ""], "no file or address"),
        (["some text that was copied from a letter"], "neither a file nor the address"),
        (["x" * 5000], "…"),
        (["ftp://me:secret@host/clip.mp4"], "'ftp://host/clip.mp4' is neither"),
        (["depth.npz"], "drop it together with its image"),
    ],
)
def test_what_names_nothing_is_refused(texts: list[str], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        sources_in(texts)
