"""The native window: GLFW through moderngl-window, and ImGui's back-ends for GLFW and OpenGL.

In each loop iteration call `poll`; then, to show a new picture, `begin_overlay`, `input.events`, `present` and `swap`.
"""

# isort: off
from imgui_bundle import imgui, implot  # first: it decides which GLFW library everybody shares

import glfw
import moderngl
from moderngl_window.context.glfw import Window as GlfwWindow

# isort: on

import warnings

from engine.errors import EngineError
from engine.gl.backdrop import Backdrop
from engine.gl.calls import copy_color, finish, load_calls
from engine.gl.context import is_software
from engine.window import eyes as eye_parts
from engine.window import fullscreen
from engine.window import placement as placements
from engine.window.eyes import WHOLE, Eyes
from engine.window.fullscreen import Monitor, Rectangle
from engine.window.input import Input
from engine.window.placement import Placement
from engine.window.software_panel import SoftwarePanel
from engine.window.software_present import SoftwarePresenter

_SMALLEST_PX = (320, 200)


class Window:
    """One window with a picture and an overlay. GL thread only."""

    def __init__(
        self, title: str, size: tuple[int, int], *, placement: Placement | None = None, vsync: bool = True
    ) -> None:
        """Open it with `size`, times the monitor's scale, or at `placement`.

        Raises EngineError, saying what to do, if there is no display or no OpenGL 3.3.
        """
        self._last_placement = placement
        self._filled: Monitor | None = None
        """The monitor that it fills; None for a window."""
        self._before_filling: Rectangle = (0, 0, *size)
        try:
            with warnings.catch_warnings(action="ignore"):  # GLFW warns about what is raised below
                self._window = GlfwWindow(title=title, size=size, gl_version=(3, 3), vsync=vsync, samples=0)
        except Exception as error:  # glfw, glcontext and moderngl-window raise different bare exceptions
            raise EngineError(
                f"no window can be opened here ({error}). Without a display use --headless; "
                "otherwise update the graphics driver: OpenGL 3.3 is needed."
            ) from error
        self.ctx: moderngl.Context = self._window.ctx
        load_calls(self.ctx, glfw.get_proc_address)
        self._presenter = SoftwarePresenter(self.ctx) if is_software(self.ctx) else None
        self._panel = SoftwarePanel(self.ctx)
        self._handle = self._window._window
        self._window.exit_key = None
        self._window.fullscreen_key = None
        glfw.set_window_size_limits(self._handle, *_SMALLEST_PX, glfw.DONT_CARE, glfw.DONT_CARE)
        if placement is not None:
            placements.restore(self._handle, placement)
        imgui.create_context()
        implot.create_context()
        imgui.get_io().set_ini_filename("")
        imgui.backends.opengl3_init("#version 330")
        self.input = Input(self._handle)
        self.hides_pointer = False
        """Whether the mouse pointer is out of the way, too, while it is over the window."""
        self._query_state()

    def _query_state(self) -> None:
        """Query size and state of the window: once per iteration, since every query is a round trip to the display."""
        width, height = glfw.get_window_size(self._handle)
        columns, rows = glfw.get_framebuffer_size(self._handle)
        self._size: tuple[int, int] = (width, height)
        self.size_px: tuple[int, int] = (columns, rows)
        """Width and height of the framebuffer in pixels; 0 while minimized."""
        self.is_minimized = min(columns, rows) == 0 or bool(glfw.get_window_attrib(self._handle, glfw.ICONIFIED))
        self.input.update_pointer(self._size)

    @property
    def content_scale(self) -> float:
        """The monitor's text scale, in window coordinates."""
        size, pixels = self._size[0], self.size_px[0]
        scale = glfw.get_window_content_scale(self._handle)[0]
        return float(scale * size / pixels) if pixels else 1.0

    @property
    def screen_rectangle(self) -> tuple[int, int, int, int] | None:
        """Left, top, width and height on the desktop, with the frame: the area that a screen capture has to leave out.

        None on Wayland, which does not tell positions.
        """
        if glfw.get_platform() == glfw.PLATFORM_WAYLAND:
            return None
        x, y = glfw.get_window_pos(self._handle)
        width, height = self._size
        left, top, right, bottom = glfw.get_window_frame_size(self._handle)
        return x - left, y - top, width + left + right, height + top + bottom

    @property
    def placement(self) -> Placement | None:
        """Position and size, or those before it was minimized or made full screen. None if opened without placement."""
        if not (self._last_placement is None or self.is_fullscreen or self.is_minimized):
            self._last_placement = placements.read(self._handle)
        if self._last_placement is None or self._filled is None:
            return self._last_placement
        return self._last_placement._replace(fullscreen_at=self._filled.area[:2])

    @property
    def is_closing(self) -> bool:
        return bool(self._window.is_closing)

    def close(self) -> None:
        """Request the end of the loop."""
        self._window.is_closing = True

    def set_title(self, title: str) -> None:
        if title != self._window.title:
            self._window.title = title

    def monitors(self) -> list[Monitor]:
        """Return the monitors that are connected."""
        return fullscreen.monitors()

    @property
    def is_fullscreen(self) -> bool:
        return self._filled is not None

    def show_on(self, monitor: Monitor) -> None:
        """Move the window to the middle of `monitor`."""
        glfw.set_window_pos(self._handle, *fullscreen.centered(monitor, glfw.get_window_size(self._handle)))

    def toggle_fullscreen(self) -> None:
        """Fill the monitor that the window is on, or leave full screen."""
        if not self.leave_fullscreen():
            self.enter_fullscreen()

    def enter_fullscreen(self, monitor: Monitor | None = None) -> None:
        """Fill `monitor`, or the one that the window is on."""
        area = self._area
        monitor = monitor or fullscreen.monitor_under(area)
        if monitor is None:  # no monitor is connected
            return
        if self._filled is None:
            self._last_placement, self._before_filling = self.placement, area
        self._filled = monitor
        fullscreen.enter(self._handle, monitor, area)

    def leave_fullscreen(self) -> bool:
        """Leave full screen; return False if the window was not."""
        was_full, self._filled = self.is_fullscreen, None
        if was_full:
            fullscreen.leave(self._handle, self._before_filling)
        return was_full

    @property
    def _area(self) -> Rectangle:
        """Left, top, width and height of the content on the desktop."""
        is_unknown = glfw.get_platform() == glfw.PLATFORM_WAYLAND  # which does not tell positions
        x, y = (0, 0) if is_unknown else glfw.get_window_pos(self._handle)
        width, height = glfw.get_window_size(self._handle)
        return x, y, width, height

    def poll(self) -> bool:
        """Process pending events. Return whether there were any for the user interface."""
        glfw.poll_events()
        self._query_state()
        return self.input.is_waiting

    def begin_overlay(self, eyes: Eyes = WHOLE) -> None:
        """Begin a frame of the overlay; ImGui calls may follow until `present`. `eyes`: how they divide the window."""
        imgui.get_io().mouse_draw_cursor = (
            eyes != WHOLE and not self.hides_pointer
        )  # by ImGui before each eye: the system knows one only
        self.input.divide(eyes)
        imgui.backends.opengl3_new_frame()
        imgui.backends.glfw_new_frame()
        if eyes != WHOLE:
            imgui.get_io().display_size = imgui.ImVec2(*eyes.overlay_size(self._size))
            imgui.get_style().mouse_cursor_scale = max(self.content_scale, 1.0)
        imgui.new_frame()
        if self.hides_pointer:
            imgui.set_mouse_cursor(imgui.MouseCursor_.none)

    def present(self, picture: moderngl.Framebuffer, backdrop: Backdrop | None = None) -> None:
        """Draw `picture`, stretched to the window, with the overlay on top. `swap` then shows it.

        backdrop: where the overlay is opaque; None where it is drawn before each eye.
        """
        imgui.render()
        if self.is_minimized:
            return
        screen, data = self.ctx.screen, imgui.get_draw_data()
        patch = None
        if self._presenter is None:
            copy_color(self.ctx, screen, picture, self.size_px)
        else:
            patch = self._panel.take(data, backdrop, self.size_px) if backdrop is not None else None
            self._presenter.copy(picture, screen, self.size_px, patch)
        screen.use()
        if backdrop is not None and patch is None:
            for area in backdrop.areas:
                screen.clear(*backdrop.color, viewport=area)
            self._panel.draw(data, backdrop, screen)
        if self.input.eyes == WHOLE:
            imgui.backends.opengl3_render_draw_data(data)
        else:
            eye_parts.draw(data, self.input.eyes, self.size_px)
        if self._presenter is not None:
            finish(self.ctx)  # a software renderer would do this work in the swap, where it counts as waiting

    def swap(self) -> None:
        """Show what `present` drew. With vsync this waits for the screen."""
        if not self.is_minimized:
            glfw.swap_buffers(self._handle)

    def destroy(self) -> None:
        """Close the window and destroy its context."""
        if self._presenter is not None:
            self._presenter.release()
        imgui.backends.opengl3_shutdown()
        imgui.backends.glfw_shutdown()
        implot.destroy_context()
        imgui.destroy_context()
        self._window.destroy()
