"""Black bars: found where they are and only there, and kept out of everything that follows."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

import da3d
from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.errors import SettingsError, SourceError
from engine.frames import DepthKind, Frame, default_intrinsics, in_full
from engine.geometry.intrinsics import camera_of, whole_px
from engine.settings import DepthSettings, Settings, SourceSettings
from engine.sources import open_source, sizes
from engine.sources.base import Source
from engine.sources.crop import NO_BARS, Crop, bars_in, crop_picture
from engine.sources.recording.clip import Clip
from engine.sources.recording.samples import samples
from tests.sources.media import write_clip

TOP, SIDE = 45, 100
LETTERBOX, PILLARBOX, BOTH = ((TOP, TOP), (0, 0)), ((0, 0), (SIDE, SIDE)), ((TOP, TOP), (SIDE, SIDE))


@cache
def scene(time_s: float = 0.5) -> np.ndarray:
    return render(SceneCamera.at(640, 270), time_s)[0]


def barred(image: np.ndarray, pad=LETTERBOX, black: int = 0) -> np.ndarray:
    return np.pad(image, (*pad, (0, 0)), constant_values=black)


def with_text(image: np.ndarray, text: str) -> np.ndarray:
    image = image.copy()
    cv2.putText(image, text, (60, 345), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 255, 255), 2)
    cv2.circle(image, (600, 20), 12, (200, 0, 0), -1)  # a logo in the other bar
    return image


def as_jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


FADE = [barred((scene() * share).astype(np.uint8)) for share in (0, 0.02, 0.1, 0.4, 1)]


@pytest.mark.parametrize(
    ("samples", "left", "top"),
    [([barred(scene())], 0, TOP / 360),
     ([barred(scene(), PILLARBOX)], SIDE / 840, 0),
     ([barred(scene(), BOTH)], SIDE / 840, TOP / 360),
     ([barred(scene(), black=16)], 0, TOP / 360),
     ([as_jpeg(barred(scene()), 60)], 0, TOP / 360),
     ([barred((scene() * 0.12).astype(np.uint8))], 0, TOP / 360),
     ([with_text(barred(scene()), "What did you say?"), with_text(barred(scene(2.0)), "Nothing, never mind")],
      0, TOP / 360),
     (FADE, 0, TOP / 360)],
    ids=["letterbox", "pillarbox", "all around", "16 is black", "JPEG", "dark scene", "subtitles and logo", "fade"],
)  # fmt: skip
def test_bars_are_found(samples, left, top):
    assert bars_in(samples) == pytest.approx((left, top, left, top), abs=0.004)


def drawn(draw) -> np.ndarray:
    image = np.zeros((360, 640, 3), np.uint8)
    draw(image)
    return image


def night() -> np.ndarray:
    image = np.zeros((360, 640, 3), np.uint8)
    image[200:] = scene()[:160]  # a dark sky above what is lit
    return image


@pytest.mark.parametrize(
    "samples",
    [[scene()],
     [np.zeros((360, 640, 3), np.uint8)],
     [(cv2.resize(scene(), (640, 360)) * 0.08).astype(np.uint8)],
     [night()],
     [drawn(lambda image: cv2.circle(image, (320, 180), 110, (255, 200, 100), -1))],
     [drawn(lambda image: cv2.rectangle(image, (200, 110), (440, 250), (255, 255, 255), -1))],
     [drawn(lambda image: cv2.putText(image, "TITLE", (150, 200), 0, 4, (255, 255, 255), 12))],
     [barred(scene()), cv2.resize(scene(), (640, 360))]],
    ids=["no bars", "black", "dark", "night", "disc", "lit window", "title", "not always there"],
)  # fmt: skip
def test_what_merely_is_dark_stays(samples):
    assert bars_in(samples) == NO_BARS


def test_a_still_is_cropped_with_its_depth_and_its_camera(tmp_path):
    image = barred(scene()).repeat(2, 0).repeat(2, 1)
    cv2.imwrite(str(tmp_path / "photo.png"), image[..., ::-1])
    depth = np.zeros((360, 640), np.float32)
    depth[TOP:-TOP] = 2 + np.arange(270, dtype=np.float32)[:, None] / 100
    camera = default_intrinsics(640, 360, 50)
    np.savez(tmp_path / "depth.npz", depth=depth, kind="metric", intrinsics=camera)
    source = open_source(SourceSettings(source=str(tmp_path / "photo.png"), depth_map=tmp_path / "depth.npz"))
    frame = sizes.read(source, 0)
    assert frame.image.shape == (540, 1280, 3)
    assert frame.geometry_px == (640, 270)
    np.testing.assert_array_equal(frame.depth, depth[TOP:-TOP])
    matrix, origin = camera_of(frame, DepthSettings())
    assert origin == "known"
    np.testing.assert_allclose(matrix, camera - [[0, 0, 0], [0, 0, TOP], [0, 0, 0]], atol=1e-6)
    assert in_full(frame).image.shape == (540, 1280, 3)
    whole = open_source(SourceSettings(source=str(tmp_path / "photo.png"), crop="off"))
    assert sizes.read(whole, 0).image.shape == (720, 1280, 3)


def test_a_calibration_is_that_of_the_whole_picture():
    frame = crop_picture(Frame(barred(scene(), BOTH)), "auto")
    told = DepthSettings(focal_length_x=1600, principal_point_x=850, principal_point_y=340, calibrated_width=1680)
    before, _ = camera_of(Frame(barred(scene(), BOTH)), told)
    after, _ = camera_of(frame, told)
    assert frame.image.shape == scene().shape
    np.testing.assert_allclose(after, before - [[0, 0, SIDE], [0, 0, TOP], [0, 0, 0]], atol=1e-6)


def test_margins_are_pixels_of_the_source(tmp_path):
    cv2.imwrite(str(tmp_path / "photo.png"), np.zeros((720, 1280, 3), np.uint8))
    settings = SourceSettings(source=str(tmp_path / "photo.png"), crop="100,20,60,0")
    assert in_full(sizes.read(open_source(settings), 320)).image.shape == (700, 1120, 3)
    assert sizes.read(open_source(settings), 320).image.shape == (175, 280, 3)
    with pytest.raises(SourceError, match=r"leaves nothing of .*1280x720"):
        open_source(replace_crop(settings, "640,0,640,0"))
    with pytest.raises(SettingsError, match="should be auto, off, or LEFT,TOP,RIGHT,BOTTOM"):
        Settings().replace(crop="1,2,3")


def replace_crop(settings: SourceSettings, crop: str) -> SourceSettings:
    return settings.model_copy(update={"crop": crop})


def test_a_video_is_cropped_from_its_first_frame_on(tmp_path):
    path = write_clip(tmp_path / "clip.mp4", [barred(scene(index / 5)) for index in range(6)])
    source = open_source(SourceSettings(source=str(path)))
    try:
        assert [sizes.read(source, 0).image.shape for _ in range(8)] == [(270, 640, 3)] * 8
    finally:
        source.close()
    # of 180 rows, 22.5 are black at either end
    assert {frame.image.shape for frame in Clip(path, max_res=320, crop="auto").frames()} == {(134, 320, 3)}


def test_bars_that_come_late_or_end_are_seen_in_samples_of_the_whole_video(tmp_path):
    wide = cv2.resize(scene(), (640, 360))
    path = write_clip(tmp_path / "clip.mp4", [*[barred(scene())] * 20, *[wide] * 10])
    assert next(Clip(path, max_res=640, crop="auto").frames()).image.shape == (360, 640, 3)
    path = write_clip(tmp_path / "faded.mp4", [*[np.zeros_like(wide)] * 8, *[barred(scene())] * 8])
    assert next(Clip(path, max_res=640, crop="auto").frames()).image.shape == (270, 640, 3)


def test_bars_that_end_for_a_few_seconds_of_a_converted_video_stay(tmp_path, caplog):
    """As in films that are partly in IMAX."""
    small, wide = barred(scene())[::4, ::4], cv2.resize(scene(), (160, 90))
    images = [*[small] * 21, *[wide] * 3, *[small] * 36]
    path = write_clip(tmp_path / "film.mp4", images, times_ms=range(0, 60_000, 1000))
    assert next(Clip(path, max_res=160, crop="auto").frames()).image.shape == (90, 160, 3)
    path = write_clip(tmp_path / "flash.mp4", images, times_ms=range(0, 6000, 100))
    clip = Clip(path, max_res=160, crop="auto")
    assert {frame.image.shape for frame in (*clip.frames(), *clip.frames())} == {(67, 160, 3)}
    assert ["black bars" in record.message for record in caplog.records] == [True]


@pytest.mark.parametrize("gop", [5, 600])
def test_samples_are_from_all_over_a_video(tmp_path, monkeypatch, gop):
    """As far as it can be entered there; else from its beginning."""
    monkeypatch.setattr("engine.sources.recording.samples._MOST_DECODED", 100)
    levels = np.linspace(20, 220, 300).astype(np.uint8)
    frames = [np.full((16, 16, 3), level, np.uint8) for level in levels]
    found = [image.mean() for image in samples(write_clip(tmp_path / "c.mp4", frames, gop=gop))]
    assert len(found) >= 4
    assert found == sorted(found)
    assert max(found) > (190 if gop == 5 else 70)


class Live(Source):
    source_id, is_live = "camera", True

    def __init__(self) -> None:
        self.image, self.time_s = scene(), 0.0
        self.crop = Crop("auto")

    def read(self, max_res: int) -> Frame:
        self.time_s += 0.5
        return Frame(self.image, time_s=self.time_s)


def test_bars_of_a_live_source_are_followed():
    source = Live()

    def shapes(image: np.ndarray) -> list[tuple[int, ...]]:
        source.image = image
        return [sizes.read(source, 640).image.shape for _ in range(20)]

    letterboxed, plain = (270, 640, 3), (360, 640, 3)
    assert shapes(barred(scene()))[::19] == [plain, letterboxed]
    assert shapes(np.zeros(plain, np.uint8))[-1] == letterboxed  # a fade
    assert shapes(with_text(barred(scene()), "What did you say?"))[-1] == letterboxed
    assert set(shapes(cv2.resize(scene(), (640, 360)))) == {plain}
    assert shapes(barred(scene()))[-1] == letterboxed


def test_depth_within_bars_is_that_without_them():
    image = barred(scene(), BOTH)
    free, found = da3d.depth(scene()), da3d.depth(image, crop="auto")
    assert found.frame.image.shape == scene().shape
    np.testing.assert_array_equal(found.depth, free.depth)
    assert da3d.Scene(image, found).frame.frame.image.shape == scene().shape


def test_all_of_a_frame_is_cropped_alike():
    opaque = np.arange(360)[:, None] < np.full((1, 640), 300)
    frame = Frame(barred(scene()), depth=np.ones((90, 160), np.float32), kind=DepthKind.METRIC, is_opaque=opaque)
    cropped = crop_picture(replace(frame, proxy=frame.image[::2, ::2]), "auto")
    assert (cropped.depth.shape, cropped.proxy.shape, cropped.is_opaque.shape) == ((68, 160), (134, 320, 3), (270, 640))
    assert whole_px(cropped) == pytest.approx((320, 180), rel=0.01)


def test_bars_of_a_recording_in_which_something_shows_after_all_are_given_up():
    crop = Crop("auto", [barred(scene())])
    wide = cv2.resize(scene(), (640, 360))

    def height(image: np.ndarray, time_s: float) -> int:
        return crop.applied(Frame(image, time_s=time_s)).image.shape[0]

    assert [height(barred(scene(), black=index), index) for index in range(4)] == [270] * 4
    assert [height(wide, 4), height(wide, 5), height(barred(scene()), 6)] == [360, 360, 360]
    constant = Crop("auto", [barred(scene())], is_constant=True)
    assert [constant.applied(Frame(wide, time_s=index)).image.shape[0] for index in range(3)] == [270] * 3


def test_a_folder_has_the_bars_that_all_its_images_have(tmp_path):
    for index in range(3):
        cv2.imwrite(str(tmp_path / f"{index}.png"), barred(scene(float(index))))
    source = open_source(SourceSettings(source=str(tmp_path)))
    assert {sizes.read(source, 0).image.shape for _ in range(4)} == {(270, 640, 3)}
    cv2.imwrite(str(tmp_path / "3.png"), cv2.resize(scene(), (640, 360)))
    source = open_source(SourceSettings(source=str(tmp_path)))
    assert {sizes.read(source, 0).image.shape for _ in range(4)} == {(360, 640, 3)}
    margins = open_source(SourceSettings(source=str(tmp_path), crop="0,10,0,20"))
    assert sizes.read(margins, 0).image.shape == (330, 640, 3)
