"""Converting videos, with a stand-in for the network."""

import json

import av
import cv2
import numpy as np
import OpenEXR
import pytest
import trimesh
from PIL import Image as Pillow

from engine.depth.clip import ClipMap, FromRecording
from engine.errors import MemoryShortageError
from engine.frames import DepthKind
from engine.pipeline.convert_video import VideoConverter
from engine.settings.run_options import Outputs
from engine.sources.recording.clip import Clip
from tests.clips import demo_clip
from tests.sources.media import quarters, write_clip
from tests.sources.rgbd.folders import COUNT, HEIGHT, WIDTH, color, depth_m, write_tum


class Steps:
    """Depth in meters that grows to the right, missing in the upper left corner; twice as far after frame 2."""

    encoder, device, kind = "steps", "cpu", DepthKind.METRIC
    input_size = 252

    def maps(self, frames, *, known=0):
        for index, _ in enumerate(frames):
            depth = np.tile(np.linspace(1, 5, 32, dtype=np.float32), (18, 1)) * (2 if index > 1 else 1)
            depth[:9, :8] = (0, -1, np.nan, np.inf)[index]
            yield ClipMap(depth, begins_scene=index == 2)

    def enlarge(self, depth, size):
        return cv2.resize(depth, size[::-1], interpolation=cv2.INTER_NEAREST)


def test_meters_keep_one_range_and_what_was_not_measured_is_dark(tmp_path):
    path = write_clip(tmp_path / "clip.mp4", [quarters(64, 36)] * 4)
    outputs = Outputs(
        output_dir=tmp_path / "out", grayscale=True, depth_only=True, save_exr=True, save_png16=True, save_ply=True
    )
    export = VideoConverter(Steps(), outputs, lambda steps, doing, total: steps)
    assert export.run(Clip(path, max_res=640)) == 4
    video = cv2.VideoCapture(str(tmp_path / "out" / "clip_depth.mp4"))
    gray = [video.read()[1][..., 0].astype(int) for _ in range(4)]
    video.release()
    for picture in gray:
        assert picture[:14, :12].max() < 12
        assert (np.diff(picture[30, ::8]) <= 1).all()  # near, on the left, is bright
    assert gray[0][30, 2] > 240
    assert gray[2][30, 2] < gray[0][30, 2] - 90  # twice as far is darker: meters are the same in every scene
    folder = tmp_path / "out" / "clip_depth"
    scale = json.loads((folder / "png16" / "scale.json").read_text())
    assert (scale["kind"], scale["scale"], scale["offset"]) == ("metric", 0.001, 0)
    for index in range(4):
        png = cv2.imread(str(folder / "png16" / f"{index:06d}.png"), cv2.IMREAD_UNCHANGED)
        assert (png[:18, :16] == 0).all()
        assert png[-1, -1] == (10_000 if index > 1 else 5000)
        with OpenEXR.File(str(folder / "exr" / f"{index:06d}.exr"), separate_channels=True) as exr:
            z = exr.channels()["Z"].pixels
        assert np.isnan(z[:18, :16]).all()
        assert z[-1, -1] == pytest.approx(10 if index > 1 else 5)


def test_the_second_pass_gets_the_pictures_of_the_first(tmp_path):
    path = write_clip(tmp_path / "clip.mp4", [quarters(64, 36)] * 25)
    clip = Clip(path, max_res=32, target_fps=10, max_frames=7)
    first, second = list(clip.frames()), list(clip.frames())
    assert [frame.time_s for frame in first] == [frame.time_s for frame in second] == [i / 10 for i in range(7)]
    assert [frame.index for frame in first] == list(range(7))
    assert clip.expected_frames == 7
    assert first[0].image.shape == (18, 32, 3)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.image, other.image)


class Hungry(Steps):
    """Runs out of memory in the middle of a clip, except for small inputs."""

    def __init__(self, enough):
        self.enough, self.sizes = enough, []

    def maps(self, frames, *, known=0):
        self.sizes.append(self.input_size)
        for index, found in enumerate(super().maps(frames)):
            if index == 2 and self.input_size > self.enough:
                raise MemoryError
            yield found


def test_short_memory_restarts_a_clip_at_half_the_input_size(tmp_path, caplog):
    path = write_clip(tmp_path / "clip.mp4", [quarters(64, 36)] * 4)
    outputs = Outputs(output_dir=tmp_path / "out", depth_only=True, save_npz=True)
    hungry = Hungry(enough=130)
    export = VideoConverter(hungry, outputs, lambda steps, doing, total: steps)
    assert export.run(Clip(path, max_res=640)) == 4
    assert hungry.sizes == [252, 126]
    assert "not enough memory at 252 px, restarting at 126 px" in caplog.text
    assert hungry.input_size == 252  # the next clip may be smaller
    with np.load(tmp_path / "out" / "clip_depth" / "depths.npz") as archive:
        assert archive["depths"].shape == (4, 36, 64)

    starving = Hungry(enough=0)
    with pytest.raises(MemoryShortageError, match=r"not enough memory for clip.mp4, even at 98 px"):
        VideoConverter(starving, Outputs(output_dir=tmp_path / "none"), lambda steps, doing, total: steps).run(
            Clip(path, max_res=640)
        )
    assert starving.sizes == [252, 126, 98]
    assert list((tmp_path / "none").iterdir()) == []


def test_a_recording_is_saved_with_the_sound_and_converts_without_a_network(tmp_path):
    path = demo_clip(tmp_path / "clip.mp4", frames=4, fps=25, size=(64, 36), sound="aac")
    outputs = Outputs(output_dir=tmp_path / "out", depth_only=True, save_rgbd=True)
    VideoConverter(Steps(), outputs, lambda steps, doing, total: steps).run(Clip(path, max_res=640))
    recording = tmp_path / "out" / "clip_rgbd.mkv"
    with av.open(str(recording)) as file:
        assert len(file.streams.audio) == 1
    clip = Clip(recording, max_res=640)
    assert clip.recorded.kind is DepthKind.METRIC
    frames = list(clip.frames())
    expected = list(Steps().maps(range(4)))
    for frame, found in zip(frames, expected, strict=True):
        measured = np.where(found.depth > 0, found.depth, np.nan)
        measured[~np.isfinite(measured)] = np.nan
        np.testing.assert_allclose(frame.depth, measured, atol=1e-3)
    again = Outputs(output_dir=tmp_path / "again", depth_only=True, save_npz=True)
    own = FromRecording(clip.recorded.model, clip.recorded.kind)
    VideoConverter(own, again, lambda steps, doing, total: steps).run(clip)
    with np.load(tmp_path / "again" / "clip_rgbd_depth" / "depths.npz") as archive:
        assert archive["depths"].shape == (4, 36, 64)
        assert np.nanmax(archive["depths"][3]) == pytest.approx(10, abs=1e-2)


def test_a_folder_with_poses_converts_to_all_that_others_read(tmp_path):
    clip = Clip(write_tum(tmp_path / "take"), max_res=640)
    out = tmp_path / "out"
    outputs = Outputs(output_dir=out, depth_only=True, save_ply=True, save_tum=True, save_rgbd=True)
    own = FromRecording(clip.recorded.model, clip.recorded.kind)
    assert VideoConverter(own, outputs, lambda steps, doing, total: steps).run(clip) == COUNT

    # a point cloud for each picture, in the world of the poses
    first, last = (trimesh.load(out / "take_depth" / "ply" / f"{index:06d}.ply") for index in (0, COUNT - 1))
    assert len(first.vertices) == WIDTH * (HEIGHT - 1)
    assert (
        b"comment unit: meters, in the world of the camera poses"
        in ((out / "take_depth" / "ply" / "000000.ply").read_bytes()[:200])
    )
    depth = depth_m(0)[HEIGHT - 1, 0]
    np.testing.assert_allclose(
        first.vertices[-WIDTH], [(0 - 31.5) / 70 * depth, (HEIGHT - 1 - 23.5) / 70 * depth, 1.5 + depth], atol=1e-3
    )
    np.testing.assert_allclose(last.vertices[:, 0].max(), 0.4 + 3, atol=1e-3)  # the wall is now ahead in x

    # pictures that others read, and our own reader reads as they were
    tum = out / "take_depth" / "tum"
    codes = np.asarray(Pillow.open(tum / "depth" / "0.000000.png"))
    assert codes.dtype == np.uint16
    np.testing.assert_allclose(codes[1:] / 5000, depth_m(0)[1:], atol=1e-4)
    assert (codes[0] == 0).all()
    kept = cv2.imread(str(tum / "rgb" / "0.000000.png"))[..., ::-1]
    np.testing.assert_array_equal(kept, color(0))
    for path in (tum, out / "take_rgbd.mkv"):
        again = list(Clip(path, max_res=640).frames())
        for one, other in zip(again, Clip(tmp_path / "take", max_res=640).frames(), strict=True):
            np.testing.assert_allclose(one.pose, other.pose, atol=1e-6)
            np.testing.assert_allclose(one.intrinsics, other.intrinsics, atol=1e-6)
            np.testing.assert_allclose(one.depth[1:], other.depth[1:], atol=2e-4)
            assert one.time_s == pytest.approx(other.time_s, abs=1e-3)


def test_depth_without_a_unit_is_saved_as_the_viewer_shows_it(tmp_path):
    class Disparity(Steps):
        kind = DepthKind.DISPARITY

        def maps(self, frames, *, known=0):
            for _ in frames:
                yield ClipMap(np.tile(np.linspace(0, 1, 32, dtype=np.float32), (18, 1)), begins_scene=False)

    path = write_clip(tmp_path / "clip.mp4", [quarters(64, 36)] * 2)
    outputs = Outputs(output_dir=tmp_path / "out", depth_only=True, save_tum=True)
    VideoConverter(Disparity(), outputs, lambda steps, doing, total: steps).run(Clip(path, max_res=640))
    tum = tmp_path / "out" / "clip_depth" / "tum"
    assert sorted(path.name for path in tum.iterdir()) == ["depth", "depth.txt", "rgb", "rgb.txt"]
    codes = cv2.imread(str(tum / "depth" / "0.000000.png"), cv2.IMREAD_UNCHANGED)
    assert codes.shape == (36, 64)
    assert codes[0, 0] / 5000 == pytest.approx(3, abs=0.01)
    assert codes[0, -1] / 5000 == pytest.approx(1, abs=0.01)
    assert "without a unit" in (tum / "depth.txt").read_text()
