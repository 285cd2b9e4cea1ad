"""Which filter calms depth without lagging behind: `python -m tests.bench.flicker [--video FILE]`.

`lite` sees the demo (or a video) at ten frames a second, and each filter gets the same maps. Flicker is the mean change
of the normalized depth, 0 far to 1 near, from frame to frame where the picture stands still. Error is the mean distance
from the truth, both normalized, after the best scale and shift: of all still places, and of those that a moving body
has covered or left within the last three frames, where a filter that lags shows.
"""

import argparse
from collections import deque

import cv2
import numpy as np

from engine.depth.live.stabilize import RangeTracker, TemporalFilter, blend_for
from engine.depth.streaming import StreamingDepth
from engine.frames import DepthFrame, DepthKind, Frame
from engine.gl.context import headless_context
from engine.models import load
from engine.render.gpu.readback import read_values
from engine.render.passes import Passes
from engine.render.prepare.preparation import Preparation
from engine.settings import Settings
from tests.bench.demo_truth import frame_at

RATE = 10
STILL_LEVELS = 3
MOVED = 0.03


class Raw:
    """No filter."""

    def update(self, depth, _image, _time_s):
        return depth


class Smooth:
    """An exponential mean with the filter's own time constant, wherever the picture moves or not."""

    def __init__(self):
        self._depth, self._time_s = None, 0.0

    def update(self, depth, _image, time_s):
        share = 1.0 if self._depth is None else blend_for(time_s - self._time_s, TemporalFilter.TIME_CONSTANT_S)
        self._depth = depth if self._depth is None else self._depth + share * (depth - self._depth)
        self._time_s = time_s
        return self._depth


class Median:
    """The middle one of the last three values."""

    def __init__(self):
        self._last = deque(maxlen=3)

    def update(self, depth, _image, _time_s):
        self._last.append(depth)
        return np.median(np.stack(self._last), axis=0)


class OneEuro:
    """A low-pass whose cut-off grows with the speed of the value (Casiez et al. 2012), for each pixel."""

    LEAST_HZ, PER_SPEED, SPEED_HZ = 0.6, 0.9, 1.0

    def __init__(self):
        self._value = self._speed = None
        self._time_s = 0.0

    def update(self, depth, _image, time_s):
        step_s, self._time_s = time_s - self._time_s, time_s
        if self._value is None:
            self._value, self._speed, self._range = depth, np.zeros_like(depth), np.ptp(depth)
            return depth
        share = blend_for(step_s, 1 / (2 * np.pi * self.SPEED_HZ))
        self._speed = self._speed + share * ((depth - self._value) / self._range / step_s - self._speed)
        cut_hz = self.LEAST_HZ + self.PER_SPEED * np.abs(self._speed) * 10
        self._value = self._value + (1 - np.exp(-step_s * 2 * np.pi * cut_hz)) * (depth - self._value)
        return self._value


class Ungated(TemporalFilter):
    """The filter in use, without opening where the picture or the depth changes."""

    MOTION_LEVELS = 1e9
    JUMP = (1e9, 2e9)


class Unaligned(TemporalFilter):
    """The filter in use, without aligning scale and shift first."""

    def _alignment(self, _depth, _stillness):
        return np.float32(1), np.float32(0)


FILTERS = {
    "none": Raw, "exponential mean": Smooth, "median of three": Median, "One Euro": OneEuro,
    "aligned mean": Ungated, "gated mean": Unaligned, "aligned, gated mean (in use)": TemporalFilter,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--video", help="a video file instead of the demo; no truth then")
    parser.add_argument("--frames", type=int, default=80)
    options = parser.parse_args()
    network = StreamingDepth(load("lite"), input_size=192)
    frames = list(from_video(options.video, options.frames) if options.video else from_demo(options.frames))
    maps = [network.infer_native(image) for image, _, _ in frames]
    print("| filter | flicker ·1000 | error, still | error, moving |\n| --- | ---: | ---: | ---: |")
    for name, kind in FILTERS.items():
        print(f"| {name} | " + " | ".join(f"{value:.4g}" for value in judge(kind(), frames, maps)) + " |")
    print(f"\ncut cells that change from map to map where the picture stands still: {cut_flicker(frames, maps):.1%}")


def from_demo(count):
    for number in range(count):
        frame = frame_at(number / RATE)
        yield frame.frame.image, number / RATE, 1 / frame.depth


def from_video(path, count):
    video = cv2.VideoCapture(path)
    step = max(round((video.get(cv2.CAP_PROP_FPS) or 30) / RATE), 1)
    for number in range(count * step):
        is_there, image = video.read()
        if not is_there:
            return
        if number % step == 0:
            yield cv2.cvtColor(image, cv2.COLOR_BGR2RGB), number / step / RATE, None


def judge(one, frames, maps):
    """Flicker in thousandths, error of still and of moving places in thousandths (NaN without truth)."""
    tracker = RangeTracker()
    flicker, still_error, moving_error = [], [], []
    before = image_before = None
    truths = deque(maxlen=4)
    for number, ((image, time_s, truth), depth) in enumerate(zip(frames, maps, strict=True)):
        calm = one.update(depth, image, time_s)
        span = tracker.update(
            calm.astype(np.float32), DepthKind.DISPARITY, time_s, percentiles=(2, 98), time_constant_s=1
        )
        shown = np.clip((calm - span.low) / (span.high - span.low), 0, 1)
        if truth is not None:
            truths.append(cv2.resize(truth, depth.shape[::-1], interpolation=cv2.INTER_AREA))
        if number >= RATE:  # settled
            size = depth.shape[::-1]
            change = cv2.absdiff(image, image_before).max(-1)
            still = cv2.dilate(cv2.resize(change, size, interpolation=cv2.INTER_AREA), np.ones((9, 9))) < STILL_LEVELS
            flicker.append(1e3 * np.abs(shown - before)[still].mean())
            if truth is not None:
                moved = np.ptp(np.stack(truths), axis=0) > MOVED * np.median(truths[-1])
                off = distance_from(shown, truths[-1], ~moved)
                still_error.append(1e3 * off[~moved].mean())
                moving_error.append(1e3 * off[moved].mean())
        before, image_before = shown, image
    empty = float("nan")
    return np.mean(flicker), np.mean(still_error or empty), np.mean(moving_error or empty)


def cut_flicker(frames, maps):
    """Share of the cells at edges that are cut in one of two successive maps only, where the picture stands still."""
    context = headless_context()
    passes = Passes(context)
    preparation, settings = Preparation(context, passes), Settings()
    calm, tracker = TemporalFilter(), RangeTracker()
    changed = cut = 0
    before = image_before = None
    for number, ((image, time_s, _), depth) in enumerate(zip(frames, maps, strict=True)):
        calmed = calm.update(depth, image, time_s).astype(np.float32)
        span = tracker.update(calmed, DepthKind.DISPARITY, time_s, percentiles=(2, 98), time_constant_s=1)
        image_frame = Frame(image, number, time_s, "flicker")
        frame = DepthFrame(image_frame, calmed, DepthKind.DISPARITY, range=span, model="lite")
        scene = preparation.scene(frame, settings, 0)
        cells = np.abs(read_values(context, scene.edges) - 0.5) < 0.25
        if number >= RATE:  # settled
            change = cv2.resize(cv2.absdiff(image, image_before).max(-1), cells.shape[::-1])
            still = cv2.dilate(change, np.ones((9, 9))) < STILL_LEVELS
            changed += (cells != before)[still].sum()
            cut += (cells | before)[still].sum()
        before, image_before = cells, image
    preparation.release()
    passes.release()
    return changed / max(cut, 1)


def distance_from(shown, truth, where):
    """Distance of the normalized depth from the truth after scale and shift found on `where`."""
    low, high = np.percentile(truth, (2, 98))
    target = (truth - low) / (high - low)
    gain, shift = np.polyfit(shown[where], target[where], 1)
    return np.abs(gain * shown + shift - target)


if __name__ == "__main__":
    main()
