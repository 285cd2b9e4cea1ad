"""Makes the pictures of docs/sources.md: `python -m tests.window.source_pictures docs/images`."""

import os
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from engine.app.tools.region_picker import RegionPicker
from engine.app.tools.start import Start
from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.sources.live import webcam
from engine.status.commands import Invoke
from tests.sources.servers import Display
from tests.window.session import Hand, Session, open_session

SIZE = (960, 540)
FPS, COUNT = 10, 60
REMEMBERED = """
is_welcomed = true
recent = ["/home/me/videos/holiday.mp4", "rtsp://10.0.0.7/garden"]
shows_all_settings = %s
sections = {Source = true, Depth = false, Look = false}
"""


def clip_of_the_demo(path: Path) -> Path:
    """Six seconds of the built-in scene, as a video."""
    camera = SceneCamera.at(480, 270)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 480, 270, "yuv420p", 4_000_000
        for n in range(COUNT):
            frame = av.VideoFrame.from_ndarray(render(camera, n / FPS)[0], "rgb24")
            frame.pts, frame.time_base = n, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def two_cameras(folder: Path) -> None:
    """What the system says of cameras, for a machine that has some."""
    for number, name in ((0, "Integrated Camera"), (2, "HD Pro Webcam")):
        (folder / f"video{number}").mkdir(parents=True)
        (folder / f"video{number}" / "name").write_text(name)
        (folder / f"video{number}" / "index").write_text("0")
    webcam.SYSTEM_CAMERAS = folder


def welcome(session: Session) -> None:
    session.until(lambda: session.tool(Start).facts().device is not None)


def recording(session: Session) -> None:
    """Repeat from about 1 s to about 4 s, then step from the start to 1.8 s."""

    def position_s() -> float:
        return session.app.source.transport.playback.position_s

    session.until(lambda: position_s() > 1)
    session.press("k")
    session.until(lambda: position_s() > 3.6)
    session.press("k")
    session.press("space")
    for _ in range(2):  # five seconds each
        session.press("ctrl+Left")
    session.until(lambda: position_s() < 0.5 / FPS)
    for index in range(1, 19):
        session.press("period")
        session.until(lambda index=index: position_s() > (index - 0.5) / FPS)


def sources(session: Session) -> None:
    session.press("F6")
    session.until(lambda: session.window.input._io.nav_visible)
    for key in ("Down", "Down", "Down", "Down", "space"):  # past the search, the presets and the heading: the list
        session.press(key)


def region(session: Session) -> None:
    session.viewer.do(Invoke("choose_region"))
    session.until(lambda: session.tool(RegionPicker).facts().texture > 0)
    session.for_seconds(0.5)
    session.hand.do("mousemove", 640, 120)
    session.for_seconds(0.3)
    session.hand.do("mousedown", 1)
    session.for_seconds(0.3)
    for x, y in ((700, 200), (840, 300), (880, 330)):
        session.hand.do("mousemove", x, y)
        session.for_seconds(0.3)


def main(folder: str, dpi: int = 96, size: tuple[int, int] = SIZE, theme: str = "") -> None:
    """Open a window for each picture, bring it about, and save what is on the display."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        display = Display(work, 1920 * dpi // 96, 1080 * dpi // 96)
        os.environ["DISPLAY"] = display.name
        if dpi != 96:
            subprocess.run(["xrdb", "-merge"], input=f"Xft.dpi: {dpi}\n".encode(), check=True)
        height, width = display.rgb.shape[:2]
        shown = cv2.resize(render(SceneCamera.at(960, 540), 2.0)[0], (width, height))
        display.rgb[:] = shown
        two_cameras(work / "cameras")
        clip = clip_of_the_demo(work / "holiday.mp4")
        steps = (
            (welcome, {"source": "demo", "is_first_run": True, "theme": theme or "dark"}),
            (sources, {"source": "demo", "theme": theme or "light"}),
            (recording, {"source": str(clip), "theme": theme or "dark"}),
            (region, {"source": "demo", "theme": theme or "light"}),
        )
        for bring_about, settings in steps:
            home = work / bring_about.__name__
            home.mkdir()
            if bring_about is not welcome:
                (home / "window.toml").write_text(REMEMBERED % str(bring_about is sources).lower())
            session = open_session(Hand(display.name), home, size, max_res=480, quality="high", **settings)
            session.until(lambda session=session: session.app.live is not None)
            session.for_seconds(1)
            bring_about(session)
            session.for_seconds(1)
            picture = np.ascontiguousarray(session.screen())
            session.close()
            session.hand.do("mouseup", 1)
            display.rgb[:] = shown
            path = str(Path(folder) / f"{bring_about.__name__}.png")
            cv2.imwrite(path, picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
        display.kill()


if __name__ == "__main__":
    main(sys.argv[1])
