"""Videos become depth videos: the command as users run it, on tiny clips. The results are read by other tools."""

import io
import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import cv2
import numpy as np
import OpenEXR
import pytest
import torch
import trimesh

from engine import cli
from engine.commands.video import main
from engine.files.gallery import Gallery
from engine.paths import gallery_file
from tests.clips import demo_clip
from tests.conftest import ROOT
from tests.sources.media import write_clip
from tests.synthetic import PARITY, parity_module
from tests.waiting import LIMIT_S, wait_for

FRAMES, FPS, SIZE = 12, 25, (160, 90)
LITE = ("--encoder", "lite", "--input-size", "64", "--device", "cpu")


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return demo_clip(tmp_path_factory.mktemp("ünï clips") / "a b.mp4", frames=FRAMES, fps=FPS, size=SIZE, sound="aac")


def convert(folder: Path, *arguments: object) -> int:
    return main([*map(str, arguments), "--output-dir", str(folder)])


def decoded(path: Path) -> tuple[list[np.ndarray], Fraction]:
    """The pictures of a video in RGB, and its rate."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [picture.to_ndarray(format="rgb24") for picture in container.decode(stream)], stream.average_rate


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [picture.time for picture in container.decode(video=0)]


def sound_of(path: Path) -> tuple[str, float] | None:
    """Codec of the sound, and how many seconds of it can be heard."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        name = stream.codec_context.name
        return name, sum(frame.samples for frame in container.decode(stream)) / stream.rate


def everything_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_clip_becomes_two_videos_with_its_rate_and_its_sound(tmp_path, clip, capsys):
    assert convert(tmp_path / "new" / "out", clip, *LITE) == 0
    out = tmp_path / "new" / "out"
    assert everything_in(out) == ["a b_depth.mp4", "a b_side_by_side.mp4"]
    source, _ = decoded(clip)
    for name, width in (("a b_depth.mp4", 160), ("a b_side_by_side.mp4", 320)):
        pictures, fps = decoded(out / name)
        assert (len(pictures), fps) == (FRAMES, FPS)
        assert pictures[0].shape == (90, width, 3)
        assert sound_of(out / name) == sound_of(clip)
        video = cv2.VideoCapture(str(out / name))
        assert video.get(cv2.CAP_PROP_FRAME_COUNT) == FRAMES
        assert video.get(cv2.CAP_PROP_FPS) == FPS
        assert video.read()[1].shape == (90, width, 3)
        video.release()
        with av.open(str(out / name)) as container:
            assert container.streams.video[0].codec_context.name == "h264"
            assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"
    left = pictures[5][:, :160].astype(int)
    assert np.abs(left - source[5]).mean() < 4
    assert f"{FRAMES} frames" in capsys.readouterr().out
    in_gallery = Gallery(gallery_file()).read()
    assert {(made.kind, made.path) for made in in_gallery} == {
        ("depth video", out / name) for name in everything_in(out)
    }


def test_all_numbers_agree_with_each_other_and_near_is_bright(tmp_path, clip):
    saves = ("--save-npz", "--save-exr", "--save-png16", "--save-ply")
    assert convert(tmp_path, clip, *LITE, *saves, "--grayscale", "--depth-only") == 0
    folder = tmp_path / "a b_depth"
    names = [f"{kind}/{index:06d}.{kind[:3]}" for kind in ("exr", "ply", "png16") for index in range(FRAMES)]
    wanted = ["a b_depth", "a b_depth.mp4", *(f"a b_depth/{name}" for name in names)]
    wanted += [f"a b_depth/{name}" for name in ("exr", "ply", "png16", "png16/scale.json", "depths.npz")]
    assert everything_in(tmp_path) == sorted(wanted)

    with np.load(folder / "depths.npz", allow_pickle=False) as npz:
        depths, kind, fps, times_s = (npz[name] for name in ("depths", "kind", "fps", "times_s"))
    assert (depths.shape, depths.dtype, str(kind), fps) == ((FRAMES, 90, 160), np.float32, "disparity", FPS)
    np.testing.assert_allclose(times_s, np.arange(FRAMES) / FPS, atol=1e-9)
    scale = json.loads((folder / "png16" / "scale.json").read_text())
    assert scale["kind"] == "disparity"
    pictures, _ = decoded(tmp_path / "a b_depth.mp4")
    for index in (0, FRAMES - 1):
        with OpenEXR.File(str(folder / "exr" / f"{index:06d}.exr"), separate_channels=True) as exr:
            z = exr.channels()["Z"].pixels
        assert z.dtype == np.float32
        np.testing.assert_array_equal(z, depths[index])
        png = cv2.imread(str(folder / "png16" / f"{index:06d}.png"), cv2.IMREAD_UNCHANGED)
        assert (png.dtype, png.shape) == (np.uint16, (90, 160))
        assert png.min() >= 1
        np.testing.assert_allclose(scale["offset"] + scale["scale"] * png, z, atol=scale["scale"])
        gray = pictures[index][..., 0].astype(float)
        assert np.abs(pictures[index].astype(int) - pictures[index][..., :1]).max() <= 2
        assert np.corrcoef(gray.ravel(), z.ravel())[0, 1] > 0.98
        # the floor in front of the camera is nearer than the wall behind: that much even this size sees
        assert gray[-10:].mean() > gray[20:40].mean() + 40
        cloud = trimesh.load(folder / "ply" / f"{index:06d}.ply")
        assert len(cloud.vertices) == cloud.colors.shape[0] > 1000
        assert -3.001 <= cloud.vertices[:, 2].min() < cloud.vertices[:, 2].max() <= -0.999
        assert len(np.unique(cloud.colors[:, :3], axis=0)) > 20


def test_fewer_smaller_and_slower(tmp_path, clip):
    for arguments, frames, fps, size in (
        (("--max-len", 5), 5, 25, (90, 160)),
        (("--target-fps", 12.5), 6, 12.5, (90, 160)),
        (("--target-fps", 60), FRAMES, 25, (90, 160)),
        (("--max-res", 80), FRAMES, 25, (46, 80)),
    ):
        assert convert(tmp_path, clip, *LITE, "--depth-only", *arguments) == 0
        pictures, rate = decoded(tmp_path / "a b_depth.mp4")
        assert (len(pictures), rate, pictures[0].shape[:2]) == (frames, fps, size)
        seconds = frames / fps
        assert sound_of(tmp_path / "a b_depth.mp4")[1] == pytest.approx(seconds, abs=0.05)


def test_odd_sizes_one_frame_and_times_of_their_own(tmp_path):
    rng = np.random.default_rng(3)
    images = [rng.integers(0, 256, (46, 70, 3), np.uint8) for _ in range(5)]
    write_clip(tmp_path / "one.mp4", images[:1])
    write_clip(tmp_path / "turned.mp4", images, rotation_deg=90)
    times_ms = [0, 40, 200, 230, 700]
    write_clip(tmp_path / "uneven.mp4", images, times_ms=times_ms)
    names = [tmp_path / f"{name}.mp4" for name in ("one", "turned", "uneven")]
    assert convert(tmp_path / "out", *names, *LITE, "--max-res", 65) == 0
    for name, frames, size in (("one", 1, (44, 66)), ("turned", 5, (66, 44)), ("uneven", 5, (44, 66))):
        assert [p.shape[:2] for p in decoded(tmp_path / "out" / f"{name}_depth.mp4")[0]] == [size] * frames
        beside = decoded(tmp_path / "out" / f"{name}_side_by_side.mp4")[0]
        assert [p.shape[:2] for p in beside] == [(size[0], 2 * size[1])] * frames
    np.testing.assert_allclose(times_of(tmp_path / "out" / "uneven_depth.mp4"), np.array(times_ms) / 1000, atol=1e-3)
    assert sound_of(tmp_path / "out" / "one_depth.mp4") is None


def test_each_scene_has_its_own_range(tmp_path):
    """lite starts over at a cut, so near objects in one scene must not darken the other."""
    y, x = np.mgrid[0:90, 0:160]
    bright = np.stack([255 - y // 2, 200 + x // 4, 255 - x // 3], -1).astype(np.uint8)
    bright[30:, 50:110] = (60, 90, 160)  # something near: depth of a plain picture changes with the codec's noise
    write_clip(tmp_path / "cut.mp4", [bright] * 4 + [255 - bright] * 4)
    assert convert(tmp_path / "out", tmp_path / "cut.mp4", *LITE, "--grayscale", "--depth-only") == 0
    pictures, _ = decoded(tmp_path / "out" / "cut_depth.mp4")
    for scene in (pictures[:4], pictures[4:]):
        assert np.min(scene) < 20
        assert np.max(scene) > 235
        assert np.abs(scene[0].astype(int) - scene[-1]).mean() < 4  # the picture stands still


def test_sound_that_mp4_cannot_hold_is_encoded_anew(tmp_path):
    clip = demo_clip(tmp_path / "pcm.mkv", frames=FRAMES, fps=FPS, size=(64, 36), sound="pcm_s16le")
    assert convert(tmp_path / "out", clip, *LITE, "--depth-only") == 0
    codec, seconds = sound_of(tmp_path / "out" / "pcm_depth.mp4")
    assert codec == "aac"
    assert seconds == pytest.approx(FRAMES / FPS, abs=0.05)


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz", "becomes"),
    [
        ("old.avi", "libmp3lame", 11_025, "aac"),
        ("studio.mkv", "pcm_s16le", 192_000, "aac"),
        ("odd.mkv", "pcm_s16le", 37_800, "aac"),  # a rate that AAC has not
        ("cd.avi", "libmp3lame", 44_100, "mp3"),
    ],
)
def test_sound_of_unusual_rates_does_not_cost_the_video(tmp_path, name, codec, rate_hz, becomes):
    clip = demo_clip(tmp_path / name, frames=FRAMES, fps=FPS, size=(64, 36), sound=codec, sound_hz=rate_hz)
    assert convert(tmp_path / "out", clip, *LITE, "--depth-only") == 0
    made = tmp_path / "out" / f"{clip.stem}_depth.mp4"
    found, seconds = sound_of(made)
    assert found.startswith(becomes)
    assert seconds == pytest.approx(FRAMES / FPS, abs=0.2)  # a packet has up to 0.09 s, and encoders add some silence
    assert len(decoded(made)[0]) == FRAMES


@pytest.mark.parametrize("second_hz", [48_000, 32_000])
def test_sound_of_joined_recordings_goes_on(tmp_path, second_hz):
    parts = [
        demo_clip(tmp_path / f"{hz}.ts", frames=FRAMES, fps=FPS, size=(64, 36), sound="aac", sound_hz=hz)
        for hz in (48_000, second_hz)
    ]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert convert(tmp_path / "out", joined, *LITE, "--depth-only") == 0
    made = tmp_path / "out" / "joined_depth.mp4"
    assert times_of(made)[-1] == pytest.approx((2 * FRAMES - 1) / FPS, abs=0.01)
    assert sound_of(made)[1] == pytest.approx(2 * FRAMES / FPS, abs=0.1)
    with av.open(str(made)) as container:
        loud = [np.abs(frame.to_ndarray()).mean() > 0.05 for frame in container.decode(audio=0)]
    assert np.mean(loud) > 0.8  # a tone throughout


@pytest.mark.parametrize("when", ["at once", "at the end"])
def test_sound_that_is_refused_does_not_cost_the_video(tmp_path, monkeypatch, caplog, when):
    def refuse(sound):
        raise av.error.InvalidDataError(1, "refused")

    clip = demo_clip(tmp_path / "strange.mkv", frames=FRAMES, fps=FPS, size=(64, 36), sound="pcm_s16le")
    if when == "at once":  # a codec that nobody knows
        clip.write_bytes(clip.read_bytes().replace(b"A_PCM/INT/LIT", b"A_PCX/INT/LIT"))
    else:
        monkeypatch.setattr("engine.export.audio_track.AudioTrack.finish", refuse)
    assert convert(tmp_path / "out", clip, *LITE) == 0
    for name in ("strange_depth.mp4", "strange_side_by_side.mp4"):
        assert len(decoded(tmp_path / "out" / name)[0]) == FRAMES
        assert sound_of(tmp_path / "out" / name) is None
    said = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert len(said) == 1
    assert "strange.mkv" in said[0]
    assert "written without" in said[0]


def test_without_x264_it_is_mpeg4(tmp_path, clip, monkeypatch):
    monkeypatch.setattr(av, "codecs_available", av.codecs_available - {"libx264"})
    assert convert(tmp_path, clip, *LITE, "--depth-only") == 0
    pictures, fps = decoded(tmp_path / "a b_depth.mp4")
    assert (len(pictures), fps) == (FRAMES, FPS)
    with av.open(str(tmp_path / "a b_depth.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "mpeg4"


def test_a_bad_video_does_not_stop_the_others(tmp_path, clip, capsys):
    (tmp_path / "bad.mp4").write_bytes(b"nothing of the kind")
    out = tmp_path / "out"
    assert convert(out, tmp_path / "bad.mp4", tmp_path / "absent.mp4", clip, *LITE, "--depth-only") == 1
    said = capsys.readouterr().err
    assert everything_in(out) == ["a b_depth.mp4"]
    for words in ("bad.mp4 cannot be opened", "no file", "absent.mp4", "1 of 3"):
        assert words in said
    assert "Traceback" not in said


def test_what_cannot_work_is_said_and_nothing_is_left(tmp_path, clip, capsys):
    (tmp_path / "file").write_text("")
    for folder, arguments, words in (
        (tmp_path / "file", (clip, *LITE), "cannot be written"),
        (tmp_path / "out", (clip, "--encoder", "lite", "--metric"), "no metric version"),
        (tmp_path / "out", (clip, "--encoder", "vits"), "video_depth_anything_vits.pth"),
        (tmp_path / "out", (clip, *LITE[:4], "--device", "cuda:7"), "cuda:7"),
        (tmp_path / "out", (clip, "--device", "abacus"), "device"),
        (tmp_path / "out", (tmp_path, *LITE), "is a folder"),
        (clip.parent, (clip, clip.parent / "a b_depth.mp4", *LITE), "which is a source"),
        (tmp_path / "out", LITE, "video"),
    ):
        try:
            code = convert(folder, *arguments)
        except SystemExit as exit_:
            code = exit_.code
        assert code == 2
        assert words in capsys.readouterr().err
    assert everything_in(tmp_path) in (["file"], ["file", "out"])


def test_two_sources_of_one_name_do_not_overwrite_each_other(tmp_path, clip, capsys):
    (tmp_path / clip.name).write_bytes(clip.read_bytes())
    assert convert(tmp_path / "out", clip, tmp_path / clip.name, *LITE, "--depth-only", "--max-len", 1) == 1
    assert "the same files" in capsys.readouterr().err


def test_a_full_disk_is_a_message_and_leaves_nothing(tmp_path, clip, capsys, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("engine.export.video_writer.VideoFile.write", full)
        assert convert(tmp_path, clip, *LITE, "--save-exr") == 2
    assert "No space left on device" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
        assert convert(tmp_path, clip, *LITE) == 2
    assert "GB free" in capsys.readouterr().err
    assert everything_in(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_the_temporary_file_may_not_find_room(tmp_path, clip, capsys):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limits[1]))
    try:
        code = convert(tmp_path, clip, *LITE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    said = capsys.readouterr().err
    assert code == 2
    assert "cannot be written: File too large" in said
    assert "Traceback" not in said
    assert everything_in(tmp_path) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
def test_an_interrupted_run_leaves_nothing_half_written(tmp_path):
    clip = demo_clip(tmp_path / "long.mp4", frames=30, size=(64, 36))
    data = clip.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "video", clip, *LITE[:2], "--input-size", "640", "--output-dir", "out"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for((tmp_path / "out").exists)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert everything_in(tmp_path) == ["long.mp4", "out"]
    assert clip.read_bytes() == data


@pytest.mark.slow
def test_video_depth_anything_offline_streaming_and_metric(tmp_path, clip):
    """The weights are filler: the depth means nothing, the rest is real."""
    filler = parity_module("filler")
    weights = filler.state_dict_from_manifest(str(PARITY / "manifests" / "vda_vits.json"))
    for prefix in ("", "metric_"):
        torch.save(weights, tmp_path / f"{prefix}video_depth_anything_vits.pth")
    small = ("--encoder", "vits", "--input-size", "70", "--checkpoints-dir", tmp_path, "--save-npz", "--depth-only")
    found = {}
    for name, arguments in (("offline", ()), ("streaming", ("--streaming",)), ("metric", ("--metric",))):
        assert convert(tmp_path / name, clip, *small, "--precision", "fp32", *arguments) == 0
        pictures, fps = decoded(tmp_path / name / "a b_depth.mp4")
        assert (len(pictures), fps) == (FRAMES, FPS)
        with np.load(tmp_path / name / "a b_depth" / "depths.npz") as npz:
            found[name] = npz["depths"]
            assert str(npz["kind"]) == ("metric" if name == "metric" else "disparity")
    from engine.depth import infer_video
    from engine.models import load

    network = load("vda-vits", checkpoints_dir=tmp_path)
    expected = np.stack(list(infer_video(network, decoded(clip)[0], input_size=70)))
    np.testing.assert_allclose(found["offline"], expected, atol=2e-4 * np.ptp(expected))
    assert found["streaming"].shape == expected.shape
    assert np.isfinite(found["metric"]).all()


def test_names_that_the_output_cannot_encode_are_no_failure(tmp_path, monkeypatch):
    path = write_clip(tmp_path / "Ж.mp4", [np.zeros((36, 64, 3), np.uint8)])
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    cli.prepare_output()
    assert convert(tmp_path, path, *LITE) == 0
    sys.stdout.flush()
    assert b"\\u0416.mp4" in written.getvalue()


def test_metadata_of_the_sound_may_be_in_any_encoding(tmp_path):
    path = demo_clip(tmp_path / "clip.mp4", frames=2, size=(64, 36), sound="aac")
    path.write_bytes(path.read_bytes().replace(b"SoundHandler", b"S\xe9\xff\xfehandler\xff"))
    assert convert(tmp_path, path, *LITE) == 0
    assert sound_of(tmp_path / "clip_depth.mp4") is not None


def test_a_name_as_long_as_it_can_be_is_no_failure(tmp_path):
    longest = os.pathconf(tmp_path, "PC_NAME_MAX")
    path = write_clip(tmp_path / "clip.mp4", [np.zeros((36, 64, 3), np.uint8)])
    fits = path.rename(tmp_path / f"{'n' * (longest - len('_depth.mp4'))}.mp4")
    assert convert(tmp_path, fits, *LITE, "--depth-only") == 0


def test_a_name_that_is_too_long_ends_its_own_input_only(tmp_path, clip, capsys):
    longest = os.pathconf(tmp_path, "PC_NAME_MAX")
    too_long = tmp_path / f"{'n' * (longest - 4)}.mp4"
    too_long.write_bytes(clip.read_bytes())
    missing = tmp_path / f"{'n' * (longest + 1)}.mp4"
    assert convert(tmp_path / "out", too_long, missing, clip, *LITE, "--depth-only", "--max-len", "2") == 1
    printed = capsys.readouterr().err
    assert "cannot be written" in printed
    assert "there is no file" in printed
    assert "Traceback" not in printed
    assert everything_in(tmp_path / "out") == ["a b_depth.mp4"]


def test_what_is_transparent_has_no_depth(tmp_path):
    path = tmp_path / "cut_out.mov"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("png", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "rgba"
        pixels = np.random.default_rng(0).integers(0, 255, (64, 96, 4), np.uint8)
        pixels[..., 3] = np.where(np.arange(96) < 48, 255, 0)
        for _ in range(2):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgba")))
        container.mux(stream.encode())
    assert convert(tmp_path / "out", path, *LITE, "--save-npz") == 0
    depths = np.load(tmp_path / "out" / "cut_out_depth" / "depths.npz")["depths"]
    assert np.isfinite(depths[:, :, :44]).all()
    assert np.isnan(depths[:, :, 52:]).all()
