"""Photographs and videos become films: the command as users run it, on tiny pictures."""

import json
import subprocess
from pathlib import Path

import av
import cv2
import numpy as np
import PIL.Image
import pytest

from engine.commands.progress_lines import ProgressLines
from engine.commands.render import main
from engine.files.gallery import Gallery
from engine.film import studio
from engine.paths import gallery_file
from tests.sources.media import quarters

QUICK = ("--capture-model", "lite", "--device", "cpu", "--quality", "low")


@pytest.fixture(scope="module")
def photo(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("ünï pictures") / "a b.jpg"
    image = quarters(97, 55)
    image[6:14, 60:90] = 255
    cv2.imwrite(str(path), image[..., ::-1])
    return path


@pytest.fixture(scope="module")
def video(tmp_path_factory) -> Path:
    """A second of stripes that become brighter, with two audio tracks, subtitles and chapters."""
    folder = tmp_path_factory.mktemp("videos")
    (folder / "text.srt").write_text("1\n00:00:00,200 --> 00:00:00,400\none\n\n2\n00:00:00,600 --> 00:00:00,900\ntwo\n")
    parts = "".join(f"[CHAPTER]\nTIMEBASE=1/10\nSTART={at}\nEND={at + 5}\ntitle=part {at}\n" for at in (0, 5))
    (folder / "chapters.txt").write_text(f";FFMETADATA1\n{parts}")
    stripes = "nullsrc=size=64x36:rate=12:duration=1,geq=lum=12*N+50+40*sin(X/3):cb=2*X:cr=4*Y"
    sources = f"-f lavfi -i {stripes} -f lavfi -i sine=440:duration=1 "
    sources += "-f lavfi -i sine=880:duration=1 -i text.srt -i chapters.txt"
    kept = "-map 0 -map 1 -map 2 -map 3 -map_chapters 4 -metadata:s:a:1 language=ger -c:v ffv1 -c:a aac -c:s srt a.mkv"
    subprocess.run(["ffmpeg", "-v", "error", *sources.split(), *kept.split()], cwd=folder, check=True)
    return folder / "a.mkv"


def probed(path: Path) -> dict:
    shown = ["-show_streams", "-show_chapters", "-show_packets"]
    return json.loads(
        subprocess.run(["ffprobe", "-v", "error", "-of", "json", *shown, path], capture_output=True, check=True).stdout
    )


def render(folder: Path, *arguments: object) -> int:
    return main([*map(str, arguments), *QUICK, "--output-dir", str(folder)])


def frames_of(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]).astype(int)


def test_a_photograph_swings(tmp_path, photo, capsys):
    assert render(tmp_path / "new" / "out", photo, "--seconds", 1, "--fps", 8) == 0
    assert [path.name for path in (tmp_path / "new" / "out").iterdir()] == ["a b_swing.mp4"]
    frames = frames_of(tmp_path / "new" / "out" / "a b_swing.mp4")
    assert frames.shape == (8, 56, 96, 3)  # even sides
    assert "8 frames in" in capsys.readouterr().out
    (made,) = Gallery(gallery_file()).read()
    assert (made.kind, made.path) == ("film", tmp_path / "new" / "out" / "a b_swing.mp4")


def test_a_photograph_may_come_with_its_depth_map(tmp_path, photo, capsys, monkeypatch):
    depth = np.full((55, 97), 4.0)
    depth[:, :40] = 1.0
    np.save(tmp_path / "depth.npy", depth)
    monkeypatch.setattr(studio, "make_capturer", None)  # no network is needed
    wishes = ("--depth-map", tmp_path / "depth.npy", "--stereo", "side-by-side", "--original-eye", "left")
    assert render(tmp_path / "out", photo, *wishes) == 0
    picture = cv2.imread(str(tmp_path / "out" / "a b_LRF_Full_SBS.jpg")).astype(int)
    left, right = picture[:, :96], picture[:, 96:]
    assert np.abs(left - right)[:, 20:].mean() > 2
    assert render(tmp_path / "out", photo, photo, *wishes) == 2
    assert "depth map of one photograph" in capsys.readouterr().err


def test_one_bad_input_does_not_stop_the_others(tmp_path, photo, capsys):
    text = tmp_path / "notes.jpg"
    text.write_text("no picture")
    pictures = (text, photo, tmp_path / "missing.jpg")
    assert render(tmp_path / "out", *pictures, "--seconds", 0.2, "--path", "zoom", "--format", "gif") == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a b_zoom.gif"]
    assert "1 of 3 sources were processed" in capsys.readouterr().err
    assert render(tmp_path / "none", text) == 2
    assert not (tmp_path / "none").exists()


def test_what_would_be_overwritten_is_refused(tmp_path, photo, capsys):
    other = tmp_path / "a b.png"
    other.write_bytes(photo.read_bytes())
    assert render(tmp_path / "out", photo, other, "--seconds", 0.1) == 1
    assert "to the same file as" in capsys.readouterr().err


def test_wrong_wishes_are_named(tmp_path, photo, capsys):
    assert render(tmp_path, photo, "--path", "sing") == 2
    assert "there is no path 'sing'" in capsys.readouterr().err
    assert render(tmp_path, photo, "--format", "webm", "--codec", "h264") == 2
    assert "webm cannot hold h264" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_video_in_stereo_keeps_what_belongs_to_it(tmp_path, video):
    assert render(tmp_path, video, "--stereo", "side-by-side", "--encoder", "lite", "--input-size", 64) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a_LRF_Full_SBS.mkv"]
    path = tmp_path / "a_LRF_Full_SBS.mkv"
    frames, source = frames_of(path), frames_of(video)
    assert frames.shape == (12, 36, 128, 3)
    assert np.abs(frames[5][:, :64] - source[5]).mean() < 20  # each eye sees the source, displaced
    assert np.abs(frames[5][:, 64:] - source[5]).mean() < 20
    assert np.abs(frames[5][:, :64] - frames[5][:, 64:]).mean() > 1
    found, before = probed(path), probed(video)
    kinds = [
        (stream["codec_type"], stream["codec_name"], stream["tags"].get("language")) for stream in found["streams"]
    ]
    assert kinds == [
        ("video", "h264", None),
        ("audio", "aac", None),
        ("audio", "aac", "ger"),
        ("subtitle", "subrip", None),
    ]
    assert [part["tags"]["title"] for part in found["chapters"]] == ["part 0", "part 5"]
    for kind in ("video", "audio", "subtitle"):
        times = [[float(p["pts_time"]) for p in one["packets"] if p["codec_type"] == kind] for one in (found, before)]
        np.testing.assert_allclose(sorted(times[0]), sorted(times[1]), atol=0.03)


def test_a_part_of_a_video_begins_and_ends_to_the_frame(tmp_path, video):
    cut = ("--start", 0.5, "--end", 0.75, "--encoder", "lite", "--input-size", 64)
    assert render(tmp_path, video, *cut, "--format", "mp4") == 0
    frames, source = frames_of(tmp_path / "a_3d.mp4"), frames_of(video)
    assert len(frames) == 3
    distances = [np.abs(frames[0] - picture).mean() for picture in source]
    assert int(np.argmin(distances)) == 6
    found = probed(tmp_path / "a_3d.mp4")
    for stream in found["streams"]:
        assert float(stream["duration"]) == pytest.approx(0.25, abs=0.05), stream["codec_type"]
    kinds = [stream["codec_type"] for stream in found["streams"]]
    assert kinds == ["video", "audio", "audio", "data"]  # chapters; SRT does not fit into MP4
    (part,) = found["chapters"]
    assert (float(part["start_time"]), part["tags"]["title"]) == (0, "part 5")
    assert render(tmp_path, video, "--start", 9) == 2


def test_videos_are_drawn_from_the_front(tmp_path, video, capsys):
    assert render(tmp_path, video, "--path", "swing") == 2
    assert "leave --path out" in capsys.readouterr().err


def test_one_eye_may_see_the_source_untouched(tmp_path, video):
    wishes = ("--stereo", "side-by-side", "--original-eye", "right", "--encoder", "lite", "--input-size", 64)
    assert render(tmp_path, video, *wishes, "--format", "png") == 0
    files = sorted((tmp_path / "a_LRF_Full_SBS").iterdir())
    frames = np.stack([cv2.imread(str(file))[..., ::-1] for file in files]).astype(int)
    differences = np.abs(frames - np.concatenate([frames_of(video)] * 2, axis=2))
    assert differences[:, :, 64:].mean() < 1  # FFmpeg has more than one way from YUV to RGB
    assert differences[:, :, :64].mean() > 2


def test_key_frames_say_how_long_a_film_is(tmp_path, photo):
    keys = tmp_path / "flight.toml"
    keys.write_text("[[key]]\nat = 0\n[[key]]\nat = 0.5\nzoom = 2\n")
    assert render(tmp_path / "out", photo, "--path", keys, "--fps", 8) == 0
    frames = frames_of(tmp_path / "out" / "a b_flight.mp4")
    assert len(frames) == 4
    inner = cv2.resize(frames[0][14:42, 24:72].astype(np.uint8), (96, 56)).astype(int)
    assert np.abs(frames[-1] - inner).mean() < np.abs(frames[0] - frames[-1]).mean() / 2


def test_a_preview_shows_moments_of_the_film(tmp_path, photo, video):
    assert render(tmp_path, photo, video, "--encoder", "lite", "--preview", 4) == 0
    sheets = {path.name: cv2.imread(str(path)) for path in tmp_path.iterdir()}
    assert sorted(sheets) == ["a b_swing_preview.jpg", "a_3d_preview.jpg"]
    sheet = sheets["a_3d_preview.jpg"].astype(int)
    assert sheet.shape == (36 * 2 + 8, 64 * 2 + 8, 3)
    cells = [sheet[y : y + 36, x : x + 64].mean() for y in (0, 44) for x in (0, 72)]
    assert cells == sorted(cells)  # the stripes become brighter
    assert cells[3] > cells[0] + 10


def test_what_is_there_already_can_be_left_alone(tmp_path, photo, capsys):
    (tmp_path / "a b_swing.mp4").write_text("an earlier film")
    assert render(tmp_path, photo, "--skip-existing") == 0
    assert (tmp_path / "a b_swing.mp4").read_text() == "an earlier film"
    assert "is there already" in capsys.readouterr().out


def test_other_programs_can_follow(tmp_path, photo, capsys):
    assert render(tmp_path, photo, "--seconds", 0.5, "--fps", 8, "--progress", "json") == 0
    *steps, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert steps[-1]["stage"] == "drawing"
    assert (steps[-1]["done"], steps[-1]["total"], steps[-1]["left_s"]) == (4, 4, 0)
    assert last["written"] == str(tmp_path / "a b_swing.mp4")
    assert last["frames"] == 4


def test_progress_says_how_long_the_rest_takes(capsys):
    clock = iter(range(0, 20, 2))  # two seconds a step
    assert list(ProgressLines(lambda: next(clock))("abc", "drawing", 6)) == ["a", "b", "c"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"stage": "drawing", "done": 1, "total": 6, "fps": 0.5, "left_s": 10.0}
    assert [line["done"] for line in lines] == [1, 2, 3, 3]


def test_a_photograph_in_stereo_is_a_picture_unless_it_moves(tmp_path, photo, video, capsys):
    assert render(tmp_path, photo, "--stereo", "side-by-side") == 0
    assert render(tmp_path, photo, "--format", "mpo", "--eye-border", "extend") == 0
    assert render(tmp_path, photo, "--stereo", "quilt", "--quilt", "4x2", "--size", "40x20") == 0
    pictures = {}
    for path in tmp_path.iterdir():
        with PIL.Image.open(path) as image:
            pictures[path.name] = (image.format, image.size, getattr(image, "n_frames", 1))
    assert pictures == {
        "a b_LRF_Full_SBS.jpg": ("JPEG", (192, 56), 1),
        "a b_3d.mpo": ("MPO", (96, 56), 2),
        "a b_qs4x2a2.00.jpg": ("JPEG", (160, 40), 1),
    }
    assert render(tmp_path, video, "--stereo", "anaglyph", "--format", "jpg") == 2
    assert "does not become one picture" in capsys.readouterr().err
    stereo_loop = ("--stereo", "half-side-by-side", "--path", "swing", "--seconds", 0.1)
    assert render(tmp_path / "loop", photo, *stereo_loop) == 0
    assert (tmp_path / "loop" / "a b_swing_LR.mp4").is_file()
