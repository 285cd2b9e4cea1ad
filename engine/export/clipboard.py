"""The system's clipboard for pictures. ImGui and GLFW only know text, so each system is asked in its own way."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import which

import numpy as np

from engine.errors import OutputError
from engine.frames import Image

_LIMIT_S = 20.0
_UNIX = {
    "WAYLAND_DISPLAY": ("wl-copy", "--type", "image/png"),
    "DISPLAY": ("xclip", "-selection", "clipboard", "-target", "image/png"),
}
"""The variable that tells the display, and the program that keeps a picture for it."""


def copy_picture(image: Image) -> None:
    """Put `image` (H, W, 3) into the clipboard. Raises OutputError, saying what is missing."""
    try:
        if sys.platform == "win32":
            _copy_on_windows(image)
        elif sys.platform == "darwin":
            _copy_on_macos(_png(image))
        else:
            subprocess.run(_unix_command(), input=_png(image), stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=True, timeout=_LIMIT_S)  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise OutputError(f"the picture cannot be copied ({error}); save it with F12 instead") from error


def _unix_command() -> tuple[str, ...]:
    """Return the command of the program that is there for the display in use."""
    for display, command in _UNIX.items():
        if os.environ.get(display) and which(command[0]):
            return command
    raise OutputError("the picture cannot be copied: install xclip, or wl-clipboard on Wayland. F12 saves it as a file")


def _png(image: Image) -> bytes:
    import cv2

    is_done, png = cv2.imencode(".png", np.ascontiguousarray(image[..., ::-1]))
    if not is_done:
        raise OutputError("the picture cannot be copied, for it cannot be written as PNG; save it with F12 instead")
    return png.tobytes()


def _copy_on_macos(png: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture.png")
        path.write_bytes(png)
        script = f'set the clipboard to (read (POSIX file "{path}") as «class PNGf»)'
        subprocess.run(["osascript", "-e", script], capture_output=True, check=True, timeout=_LIMIT_S)


def bitmap(image: Image) -> bytes:
    """Return `image` as a device-independent bitmap: what the clipboard of Windows calls CF_DIB."""
    height, width, _ = image.shape
    padded = np.zeros((height, (3 * width + 3) // 4 * 4), np.uint8)  # rows are multiples of four bytes
    padded[:, : 3 * width] = image[::-1, :, ::-1].reshape(height, -1)
    header = np.array([40, width, height, 1 | 24 << 16, 0, padded.size, 0, 0, 0, 0], "<u4")
    return header.tobytes() + padded.tobytes()


def _copy_on_windows(image: Image) -> None:
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        CF_DIB, GMEM_MOVEABLE = 8, 2
        data = bitmap(image)
        kernel, user = ctypes.WinDLL("kernel32", use_last_error=True), ctypes.WinDLL("user32", use_last_error=True)
        kernel.GlobalAlloc.argtypes, kernel.GlobalAlloc.restype = (wintypes.UINT, ctypes.c_size_t), wintypes.HGLOBAL
        kernel.GlobalLock.argtypes, kernel.GlobalLock.restype = (wintypes.HGLOBAL,), wintypes.LPVOID
        kernel.GlobalUnlock.argtypes = (wintypes.HGLOBAL,)
        user.OpenClipboard.argtypes = (wintypes.HWND,)
        user.SetClipboardData.argtypes = (wintypes.UINT, wintypes.HANDLE)
        user.SetClipboardData.restype = wintypes.HANDLE
        memory = kernel.GlobalAlloc(GMEM_MOVEABLE, len(data))
        if not memory or not user.OpenClipboard(None):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            ctypes.memmove(kernel.GlobalLock(memory), data, len(data))
            kernel.GlobalUnlock(memory)
            user.EmptyClipboard()
            if not user.SetClipboardData(CF_DIB, memory):  # from here on the memory is the system's
                raise ctypes.WinError(ctypes.get_last_error())
        finally:
            user.CloseClipboard()
