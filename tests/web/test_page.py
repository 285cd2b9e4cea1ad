"""Pages in a real browser: what they show, and what they let one do."""

import base64
import io
from functools import cache
from math import radians
from pathlib import Path

import numpy as np
import pytest
import trimesh

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthFrame, DepthKind
from engine.geometry.world import pivot_distance
from engine.navigation.camera import Camera
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.settings.stereo import DEFAULT_EYE_DISTANCE
from engine.web.page import Caption, page_of
from tests.depth_frames import depth_frame

SIZE = (640, 360)
SETTINGS = Settings().replace(hole_memory_s=0.0)
LARGEST_WITHOUT_DATA = 120_000


@pytest.fixture(scope="module")
def page(gl, tmp_path_factory) -> Path:
    """The page of the demo."""
    path = tmp_path_factory.mktemp("page") / "demo.html"
    with gl:
        renderer = Renderer(gl, SIZE)
        text = page_of(renderer, demo(), SETTINGS, Caption("demo", "A <b>room</b> & more"))()
        renderer.release()
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def opened(browser, page):
    """Opens the page with what stands behind the # of its address."""

    def open_with(options: str = "") -> None:
        browser.events.clear()
        browser.resize(SIZE)
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        browser.open(f"{page.as_uri()}#{options}")
        assert browser.run("document.body.dataset.state") == "ready", browser.run("document.body.innerText")

    return open_with


@cache
def demo() -> DepthFrame:
    """The demo, as large as its view."""
    image, depth = render(SceneCamera.at(*SIZE), 1.0)
    return depth_frame(depth, image, DepthKind.METRIC)


def psnr(one, other):
    return 10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2))


@pytest.mark.parametrize(
    ("options", "yaw_deg", "pitch_deg", "looks"),
    [
        ("yaw=0", 0, 0, {}),
        ("yaw=14&pitch=5", 14, 5, {}),
        ("yaw=-12", -12, 0, {}),
        ("yaw=8&points", 8, 0, {"display_mode": "pointcloud"}),
        ("yaw=4&stereo", 4, 0, {"stereo": "side-by-side", "eye_border": "extend"}),
    ],
    ids=["front", "right", "left", "points", "stereo"],
)
def test_a_page_shows_what_the_renderer_draws(browser, opened, ctx, options, yaw_deg, pitch_deg, looks):
    opened(f"bare&{options}")
    shown = browser.picture()
    frame, renderer = demo(), Renderer(ctx, SIZE)
    home = Camera.home(pivot_distance(frame, SETTINGS.scene))
    renderer.draw(frame, home.orbited(radians(yaw_deg), radians(pitch_deg)), SETTINGS.replace(**looks))
    drawn = renderer.read()
    renderer.release()
    assert psnr(shown, drawn) >= 35


def test_both_eyes_see_the_scene_from_their_own_side(browser, opened):
    opened("bare&stereo")
    left, right = np.split(browser.picture(), 2, axis=1)
    assert 10 < psnr(left, right) < 30
    state = browser.run("[viewer.eyeDistance(viewer.camera, viewer.projection(320 / 360)), viewer.camera.distance]")
    assert 0 < state[0] <= (DEFAULT_EYE_DISTANCE + 1e-6) * state[1]


def test_a_page_loads_nothing_and_complains_about_nothing(browser, opened, page):
    opened()
    asked = [
        each["params"]["request"]["url"] for each in browser.events if each["method"] == "Network.requestWillBeSent"
    ]
    assert {url.split("#")[0] for url in asked if not url.startswith(("about:", "blob:"))} == {page.as_uri()}
    assert [each for each in browser.events if each["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")] == []
    policy = browser.run("document.querySelector('meta[http-equiv]').content")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    refused = browser.run("fetch('https://example.org').then(() => 'loaded', error => error.name)")
    assert refused == "TypeError"


def test_a_page_without_its_data_is_small(page):
    text = page.read_text(encoding="utf-8")
    start = text.index('type="application/octet-stream">')
    assert len(text) - (text.index("</script>", start) - start) < LARGEST_WITHOUT_DATA
    assert "A &lt;b&gt;room&lt;/b&gt; &amp; more" in text


def pose(browser):
    return browser.run("(({ target: t }) => [t.yaw, t.pitch, t.distance, ...t.pivot])(viewer)")


def mouse(browser, kind, x, y, **more):
    browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1, **more)


def press(browser, key, code=""):
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key)


def test_mouse_and_keys_move_the_camera(browser, opened):
    opened()
    home = pose(browser)
    mouse(browser, "mousePressed", 160, 60)
    mouse(browser, "mouseMoved", 130, 70, buttons=1)
    mouse(browser, "mouseReleased", 130, 70)
    assert pose(browser)[0] == pytest.approx(30 * radians(45) / 360)
    assert pose(browser)[1] > 0
    browser.call("Input.dispatchMouseEvent", type="mouseWheel", x=160, y=90, deltaX=0, deltaY=-100)
    browser.wait_for(f"viewer.target.distance < {home[2]}")
    press(browser, "ArrowRight")
    assert pose(browser)[0] > 30 * radians(45) / 360
    press(browser, "r", "KeyR")
    assert pose(browser) == pytest.approx(home)
    browser.wait_for("viewer.camera === viewer.target")  # it has arrived
    mouse(browser, "mousePressed", 160, 60, modifiers=8)
    mouse(browser, "mouseMoved", 150, 60, buttons=1, modifiers=8)
    mouse(browser, "mouseReleased", 150, 60)
    assert pose(browser)[:3] == pytest.approx(home[:3])
    assert pose(browser)[3] > home[3]


def test_a_double_click_orbits_around_what_is_there(browser, opened):
    opened()
    for count in (1, 2):
        for kind in ("mousePressed", "mouseReleased"):
            browser.call("Input.dispatchMouseEvent", type=kind, x=190, y=100, button="left", clickCount=count)
    browser.wait_for("viewer.target.pivot[0] !== 0")
    *_, distance, x, y, z = pose(browser)
    assert abs(x / -z - (2 * 190 / 640 - 1) * np.tan(radians(30))) < 0.02
    assert np.hypot(np.hypot(x, y), z) == pytest.approx(distance, rel=1e-3)  # the eye has not moved


def test_fingers_pinch_and_let_go(browser, opened):
    opened()
    browser.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
    try:
        distance = pose(browser)[2]

        def touch(kind, *places):
            points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
            browser.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)

        touch("touchStart", (120, 90), (200, 90))
        touch("touchMove", (100, 90), (220, 90))
        touch("touchEnd")
        browser.wait_for(f"viewer.target.distance < {0.8 * distance}")
        touch("touchStart", (160, 90))
        touch("touchMove", (120, 90))
        touch("touchEnd")
        browser.wait_for("viewer.target.yaw > 0.08")
    finally:
        browser.call("Emulation.setTouchEmulationEnabled", enabled=False)


def test_a_flick_goes_on_and_ends(browser, opened):
    opened()
    browser.run("viewer.switchTo({ speed: [1, 0] })")
    browser.wait_for("viewer.target.yaw > 0.15 && viewer.speed[0] === 0 && viewer.camera === viewer.target")
    assert browser.run("viewer.target.yaw") < 0.4  # a quarter of a second's way


def test_guessed_depth_resists_going_far_around(browser, opened):
    opened()
    turn = "(resists => { viewer.scene.header.camera.resists = resists; viewer.goHome(); for (let i = 0; i < 60; i++)"
    turn += " viewer.orbit(0.02, 0); return viewer.target.yaw; })"
    assert browser.run(f"{turn}(false)") == pytest.approx(1.2)
    assert radians(15) < browser.run(f"{turn}(true)") < radians(25)


def test_it_sways_until_it_is_touched(browser, opened):
    opened()
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "no-preference"}])
    browser.call("Page.reload")
    browser.wait_for("window.viewer && viewer.swayed > 0.05")
    mouse(browser, "mousePressed", 160, 60)
    mouse(browser, "mouseReleased", 160, 60)
    assert not browser.run("viewer.sways")


def test_the_scene_is_saved_as_a_model_and_as_a_picture(browser, opened):
    opened()
    encoded = browser.run(
        "viewer.scene.glb().then(blob => new Promise(done => { const reader = new FileReader();"
        "reader.onload = () => done(reader.result.split(',')[1]); reader.readAsDataURL(blob); }))"
    )
    (mesh,) = trimesh.load(io.BytesIO(base64.b64decode(encoded)), file_type="glb", process=False).geometry.values()
    assert len(mesh.faces) > 10_000
    assert mesh.visual.material.baseColorTexture.size == (640, 360)
    z = -mesh.vertices[np.unique(mesh.faces)][:, 2]
    depth = demo().depth
    assert np.percentile(z, 50) == pytest.approx(np.median(depth), rel=0.1)
    assert browser.run("(() => { viewer.draw(); return viewer.canvas.toDataURL().length; })()") > 10_000


def test_buttons_say_what_they_do_and_are_reached_by_keyboard(browser, opened):
    opened()
    labels = browser.run("[...document.querySelectorAll('button')].map(each => each.getAttribute('aria-label'))")
    assert all(labels)
    press(browser, "p", "KeyP")
    assert browser.run("[viewer.mode, document.getElementById('points').getAttribute('aria-pressed')]") == [
        "pointcloud",
        "true",
    ]
    press(browser, "g", "KeyG")
    assert browser.run("viewer.isStereo")


def test_without_webgl_it_says_so(browser, page):
    added = browser.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="HTMLCanvasElement.prototype.getContext = () => null",
    )
    try:
        browser.call("Page.navigate", url=page.as_uri())
        browser.wait_for("document.body && document.getElementById('message').textContent.includes('WebGL 2')")
    finally:
        browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])
