"""RGB-D recordings: written, read by others, and played as sources."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from engine.errors import SourceError
from engine.export.rgbd_video import Layout, RgbdVideo
from engine.frames import Calibration, DepthFrame, DepthKind, DepthRange, Frame
from engine.settings import SourceSettings
from engine.sources.recording.rgbd import RgbdSource
from engine.sources.registry import open_source

FPS = Fraction(25)
COUNT = 40


def depth_frame(index, kind=DepthKind.METRIC, **changes):
    """A ramp that moves, in front of a picture whose first pixels say the index."""
    image = np.full((48, 64, 3), 90, np.uint8)
    image[:, 32:] = 200
    image[:16, :16] = index * 6
    depth = np.linspace(1 + index / 10, 9, 24 * 32, dtype=np.float32).reshape(24, 32)
    return DepthFrame(Frame(image, index), depth, kind, model="lite", **changes)


def write(path, frames, **options):
    with RgbdVideo(path, Layout.of(frames[0]), FPS, **options) as video:
        for index, frame in enumerate(frames):
            video.write(frame, index / float(FPS))
    return path


@pytest.fixture
def take(tmp_path):
    return write(tmp_path / "take_rgbd.mkv", [depth_frame(index) for index in range(COUNT)])


def test_any_player_shows_its_color_and_any_program_reads_its_depth(take):
    with av.open(str(take)) as file:
        assert file.streams.best("video").codec_context.name == "h264"
        _, depth = file.streams.video
        assert (depth.codec_context.name, depth.codec_context.pix_fmt) == ("ffv1", "gray16le")
        (attached,) = file.streams.attachments
        header = json.loads(bytes(attached.data))
        assert header == {"format": "rgbd", "version": 1, "kind": "metric", "camera": "assumed", "model": "lite"}
        lines, maps = [], []
        for packet in file.demux(file.streams.subtitles[0], depth):
            if packet.stream is depth:
                maps += packet.decode()
            elif packet.size:
                lines.append(json.loads(bytes(packet)))
    assert len(lines) == len(maps) == COUNT
    first = lines[0]["low"] + (maps[0].to_ndarray().astype(float) - 1) / 65534 * (lines[0]["high"] - lines[0]["low"])
    np.testing.assert_allclose(first, depth_frame(0).depth, atol=8 / 65534)


def test_depth_comes_back_with_all_that_was_known(tmp_path):
    camera = np.array([[30.0, 0, 16], [0, 30, 12], [0, 0, 1]])
    fit = Calibration(2.0, 0.1, 40.0, DepthKind.METRIC, 0.03)
    span = DepthRange(0.5, 8.5, 4.0)
    frame = depth_frame(3, DepthKind.DISPARITY, intrinsics=camera, range=span, camera="predicted", calibration=fit)
    holes = frame.depth.copy()
    holes[:5] = -3e38  # what the renderer leaves out
    frame = replace(frame, depth=holes)
    source = open_source(SourceSettings(source=str(write(tmp_path / "x.mkv", [frame]))))
    read = source.read(640)
    source.close()
    assert np.isnan(read.depth[:5]).all()
    np.testing.assert_allclose(read.depth[5:], frame.depth[5:], atol=8 / 65534)
    assert read.kind is DepthKind.DISPARITY
    np.testing.assert_allclose(read.intrinsics, camera * [[2], [2], [1]])
    known = read.recorded
    assert (known.model, known.camera, known.calibration) == ("lite", "predicted", fit)
    assert (known.range.low, known.range.median, known.range.high) == (0.5, 4.0, 8.5)


def test_every_picture_has_its_own_depth_wherever_one_goes(take):
    source = RgbdSource(take)

    def index_of(frame):
        number = round(frame.image[8, 8, 0] / 6)
        assert frame.depth[0, 0] == pytest.approx(1 + number / 10, abs=1e-3)
        return number

    assert [index_of(source.read(640)) for _ in range(3)] == [0, 1, 2]
    source.seek(30 / 25)
    assert [index_of(source.read(640)) for _ in range(2)] == [30, 31]
    source.step_back()
    assert index_of(source.read(640)) == 30
    source.seek(5 / 25)
    assert [index_of(source.read(640)) for _ in range(2)] == [5, 6]
    source.seek(39 / 25)
    assert [index_of(source.read(640)) for _ in range(2)] == [39, 0]
    source.close()


WRITER = """
import itertools, sys
from pathlib import Path
from tests.sources.recording.test_rgbd import FPS, depth_frame
from engine.export.rgbd_video import Layout, RgbdVideo
video = RgbdVideo(Path(sys.argv[1]), Layout.of(depth_frame(0)), FPS, is_live=True)
for index in itertools.count():
    video.write(depth_frame(index % 40), index / 25)
    print(index, flush=True)
"""


def test_a_recording_that_is_killed_loses_less_than_a_second(tmp_path):
    path = tmp_path / "x_rgbd.mkv"
    with subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True) as process:
        while int(process.stdout.readline()) < 200:
            pass
        os.kill(process.pid, signal.SIGKILL)
        written = int((process.stdout.read().split() or [200])[-1])
    source, positions = RgbdSource(path), [0.0]
    while True:
        frame = source.read(640)
        if source.position_s < positions[-1]:
            break
        assert frame.depth is not None
        positions.append(source.position_s)
    source.close()
    assert positions[-1] > written / 25 - 1


@pytest.mark.parametrize("header", [b"{", b'{"format": "rgbd", "version": 9, "kind": "metric"}', b'{"format": "x"}'])
def test_what_is_no_recording_is_said(tmp_path, monkeypatch, header):
    monkeypatch.setattr("engine.files.rgbd_facts.Header.to_json", lambda self: header)
    path = write(tmp_path / "x.mkv", [depth_frame(0)])
    with pytest.raises(SourceError, match=r"x\.mkv is no RGB-D recording that can be read"):
        open_source(SourceSettings(source=str(path)))
