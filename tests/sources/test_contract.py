"""What holds for every source, whatever it reads."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.settings import SourceSettings
from engine.sources import Source, open_source
from engine.sources.live.webcam import WebcamSource
from tests.sources.media import quarters, write_clip, write_picture
from tests.sources.rgbd.folders import write_r3d, write_tum


@dataclass(frozen=True)
class Case:
    """One source to hold against the contract."""

    open: Callable[[], Source]
    name: str

    @classmethod
    def of(cls, source: str, name: str | None = None, **settings) -> "Case":
        return cls(lambda: open_source(SourceSettings(source=source, **settings)), name or source)


Request = pytest.FixtureRequest


def demo(folder: Path, request: Request) -> Case:
    return Case.of("demo")


def video(folder: Path, request: Request) -> Case:
    return Case.of(str(write_clip(folder / "a clip é.mp4", [quarters(320, 180)] * 3)))


def portrait_video(folder: Path, request: Request) -> Case:
    return Case.of(str(write_clip(folder / "phone.mp4", [quarters(320, 180)] * 3, rotation_deg=-90)))


def picture(folder: Path, request: Request) -> Case:
    return Case.of(str(write_picture(folder / "ein Bild ü.png", quarters(301, 203))))


def sequence(folder: Path, request: Request) -> Case:
    (folder / "the frames").mkdir()
    for index in range(3):
        write_picture(folder / "the frames" / f"{index}.jpg", quarters(200 + index, 300))
    return Case.of(str(folder / "the frames"))


def depth_map(folder: Path, request: Request) -> Case:
    path = folder / "depth map.npz"
    np.savez(path, depth=np.full((30, 40), 2.0, np.float32), intrinsics=np.diag([36.0, 36.0, 1.0]))
    return Case.of(str(write_picture(folder / "p.png", quarters(400, 300))), depth_map=path)


def rgbd_folder(folder: Path, request: Request) -> Case:
    return Case.of(str(write_tum(folder / "ein Ordner ü", size=(320, 240))))


def record3d(folder: Path, request: Request) -> Case:
    return Case.of(str(write_r3d(folder / "take.r3d", size=(192, 256))))


def webcam(folder: Path, request: Request) -> Case:
    request.getfixturevalue("lavfi")
    generator = "smptebars=size=320x240:rate=30,realtime"
    return Case(lambda: WebcamSource(generator, backends=(cv2.CAP_FFMPEG,)), f"webcam:{generator}")


def stream(folder: Path, request: Request) -> Case:
    address = request.getfixturevalue("serve")().address
    return Case.of(address, name=address)


def screen(folder: Path, request: Request) -> Case:
    request.getfixturevalue("display")
    return Case.of("screen:0,0,320,200", screen_fps=120)


FILES = [video, portrait_video, picture, sequence, depth_map, rgbd_folder, record3d]
LIVE = [webcam, stream, screen]


@pytest.fixture(params=[demo, *FILES, *LIVE], ids=lambda make: make.__name__)
def case(request: Request, tmp_path: Path) -> Case:
    return request.param(tmp_path, request)


@pytest.fixture
def source(case: Case):
    opened = case.open()
    yield opened
    opened.close()


class TestEverySource:
    @pytest.mark.parametrize("max_res", [700, 160, 101, 64])
    def test_images_are_contiguous_rgb_no_larger_than_asked(self, source: Source, max_res: int) -> None:
        image = source.read(max_res).image
        assert image.dtype == np.uint8
        assert image.flags.c_contiguous
        assert image.ndim == 3
        assert image.shape[2] == 3
        assert max(image.shape) <= max_res
        assert max(image.shape) == max_res or max_res == 700  # never enlarged

    def test_max_res_may_change_from_one_read_to_the_next(self, source: Source) -> None:
        sizes = [max(source.read(max_res).image.shape) for max_res in (128, 64, 101)]
        assert sizes == [128, 64, 101]

    def test_shape_is_kept(self, source: Source) -> None:
        large, small = source.read(700).image, source.read(64).image
        assert small.shape[1] / small.shape[0] == pytest.approx(large.shape[1] / large.shape[0], rel=0.03)

    def test_index_counts_up_and_time_never_runs_back(self, source: Source) -> None:
        began_s = time.monotonic()
        frames = [source.read(64 + n % 2) for n in range(10)]
        assert [frame.index for frame in frames] == list(range(10))
        times_s = [frame.time_s for frame in frames]
        assert times_s == sorted(times_s)
        if source.is_live:
            assert began_s <= times_s[-1] <= time.monotonic()
        else:
            assert times_s[0] == 0

    def test_frames_name_their_source(self, source: Source, case: Case) -> None:
        assert source.source_id == case.name  # of a file the whole path
        assert source.read(64).source_id == source.source_id

    def test_frames_are_not_changed_by_the_next_read(self, source: Source) -> None:
        first = source.read(64)
        image = first.image.copy()
        source.read(65)
        np.testing.assert_array_equal(first.image, image)

    def test_a_small_picture_can_be_had_as_large_as_the_source_has_it_whenever(self, source: Source) -> None:
        whole = source.read(4096).image
        small = source.read(64)
        source.read(65)
        source.close()
        if small.original is None:
            assert source.source_id == "demo", "it draws its pictures, each in the size that is asked for"
            return
        full = small.original()
        assert full.flags.c_contiguous
        assert max(full.shape) == max(whole.shape)
        again = cv2.resize(full, small.image.shape[1::-1], interpolation=cv2.INTER_AREA)
        assert np.abs(again.astype(int) - small.image).mean() < 6

    def test_depth_has_a_kind_and_the_shape_of_the_picture(self, source: Source) -> None:
        frame = source.read(101)
        assert (frame.depth is None) == (frame.kind is None)
        if frame.depth is not None:
            assert frame.depth.dtype == np.float32
            assert frame.depth.flags.c_contiguous
            height, width = frame.image.shape[:2]
            assert frame.depth.shape[1] / frame.depth.shape[0] == pytest.approx(width / height, rel=0.04)
        if frame.intrinsics is not None:
            assert frame.intrinsics.shape == (3, 3)

    def test_intrinsics_follow_the_size_of_the_picture(self, source: Source) -> None:
        large, small = source.read(200), source.read(100)
        if large.intrinsics is not None:
            np.testing.assert_allclose(large.intrinsics[:2], 2 * small.intrinsics[:2], rtol=0.02)

    def test_closing_twice_is_allowed(self, source: Source) -> None:
        source.read(64)
        source.close()
        source.close()

    def test_two_sources_give_the_same(self, case: Case) -> None:
        first, second = case.open(), case.open()
        for max_res in (64, 65):
            np.testing.assert_array_equal(first.read(max_res).image, second.read(max_res).image)
        first.close()
        second.close()
