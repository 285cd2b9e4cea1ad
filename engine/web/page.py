"""A scene as one HTML file that needs nothing else: its draw calls, packed, and a small viewer."""

import base64
import hashlib
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.files.atomic import complete_file
from engine.frames import DepthFrame, DepthKind, Image
from engine.geometry.mesh import triangle_indices
from engine.geometry.world import pivot_distance, world_map
from engine.navigation.camera import CLIP_FAR, CLIP_NEAR
from engine.paths import ASSETS_DIR
from engine.render.draw.layer import Draw, Triangles, Vertices, WholeGrid
from engine.render.gpu.readback import TextureCopy, copy_of
from engine.render.gpu.shaders import Source
from engine.render.renderer import Renderer
from engine.render.view_inputs import rgb
from engine.settings import Settings
from engine.settings.stereo import DEFAULT_EYE_DISTANCE
from engine.web.packing import Pack

_MAKER = "made with da3d"
_QUALITY = 85
_HEADER = "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;\n"


@dataclass(frozen=True, slots=True)
class Caption:
    """What a page says about its scene."""

    title: str
    text: str = ""


def page_of(renderer: Renderer, frame: DepthFrame, settings: Settings, caption: Caption) -> Callable[[], str]:
    """Read from the GPU how `renderer` draws `frame`. Return a function for any thread that makes the HTML of its page.

    GL thread only.
    """
    # what was seen before is part of no picture
    settings = settings.replace(wireframe=False, hole_memory_s=0.0)
    if settings.display.view == "flicker":
        settings = settings.replace(view="color")
    copied = {
        mode: [_copied(draw) for draw in renderer.draws(frame, settings.replace(display_mode=mode))]
        for mode in ("mesh", "pointcloud")
    }

    def build() -> str:
        pack = Pack()
        scene = _Packing(pack, frame.frame.image)
        modes = {mode: [scene.draw(*each) for each in draws] for mode, draws in copied.items()}
        header = {
            "shaders": scene.shaders,
            "textures": scene.textures,
            "modes": modes,
            "camera": _camera(frame, settings),
            "background": rgb(settings.display.background),
            "name": caption.title,
        }
        return _html(pack.finished(header), caption)

    return build


def save_page(path: Path, build: Callable[[], str]) -> None:
    """Write what `page_of` returned to `path`. Raises OutputError, and leaves nothing behind then."""
    with complete_file(path) as temporary:
        temporary.write_text(build(), encoding="utf-8")


def _copied(draw: Draw) -> tuple[Draw, Mapping[str, TextureCopy | None]]:
    """Return a draw call with copies of its textures; None for the picture, which is at hand."""
    copies = {name: None if name == "color" else copy_of(texture) for name, texture in draw.textures.items()}
    return draw, copies


def web_source(name: str) -> str:
    """Return the shader `name` for WebGL 2: macros are defined by the page."""
    lines = Source(name).text.split("\n")[1:]  # without the version
    kept = (re.sub(r"\s*//.*", "", line).strip() for line in lines if not line.startswith("#line"))
    return _HEADER + "\n".join(line for line in kept if line)


class _Packing:
    """Puts what draw calls use into a pack, each thing once."""

    def __init__(self, pack: Pack, image: Image) -> None:
        self._pack, self._image = pack, image
        self._numbers: dict[bytes, int] = {}
        self._lists: dict[int, dict[str, int]] = {}
        self._listed: list[NDArray[Any]] = []
        self.textures: list[dict[str, Any]] = []
        self.shaders: dict[str, str] = {}

    def draw(self, draw: Draw, textures: Mapping[str, TextureCopy | None]) -> dict[str, Any]:
        for name in (draw.vertex, draw.fragment):
            self.shaders.setdefault(name, web_source(name))
        return {
            "vertex": draw.vertex,
            "fragment": draw.fragment,
            "defines": dict(draw.defines),
            "textures": {name: self._texture(copy) for name, copy in textures.items()},
            "uniforms": {name: _plain(value) for name, value in draw.uniforms.items()},
            "elements": self._elements(draw),
            "behind": draw.is_behind,
            "blended": draw.is_blended,
            "fills": draw.fills,
        }

    def _elements(self, draw: Draw) -> dict[str, Any]:
        elements = draw.elements
        if isinstance(elements, Vertices):
            return {"kind": "points", "count": elements.count}
        if isinstance(elements, WholeGrid):
            elements = Triangles(triangle_indices(*elements.size))
        if id(elements.numbers) not in self._lists:
            self._listed.append(elements.numbers)  # else its address could become that of another list
            numbers = elements.numbers.astype(np.uint32).reshape(-1)
            # corners of neighboring triangles follow each other at the same distance
            per = 3 if isinstance(elements, Triangles) else 1
            self._lists[id(elements.numbers)] = self._pack.numbers(numbers.reshape(-1, per))
        kind = "triangles" if isinstance(elements, Triangles) else "cells"
        return {"kind": kind, "numbers": self._lists[id(elements.numbers)], "count": elements.count}

    def _texture(self, copy: TextureCopy | None) -> int:
        """Return the number of a texture, the same for all with the same content; None is the picture."""
        key = b"" if copy is None else hashlib.sha256(copy.values.tobytes()).digest()
        if key not in self._numbers:
            self._numbers[key] = len(self.textures)
            self.textures.append(self._picture() if copy is None else self._content(copy))
        return self._numbers[key]

    def _picture(self) -> dict[str, Any]:
        encoded, data = cv2.imencode(".webp", self._image[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
        assert encoded
        return {"kind": "picture", "file": self._pack.file(data.tobytes())}

    def _content(self, copy: TextureCopy) -> dict[str, Any]:
        channels = np.moveaxis(copy.values, 2, 0)
        if copy.values.dtype == np.uint8:
            packed = [self._pack.numbers(each) for each in channels]
            return {"kind": "bytes", "channels": packed, "smooth": copy.is_smooth}
        if len(channels) < 4:
            return {"kind": "floats", "channels": [self._pack.values(each, 16) for each in channels]}
        exists = channels[0] >= 0  # a color and a plane value; red is negative where there is none
        kept = [np.where(exists, each, np.nan) for each in channels]
        bits = (8, 8, 8, 16)
        return {"kind": "floats", "channels": [self._pack.values(*each) for each in zip(kept, bits, strict=True)]}


def _plain(value: Any) -> Any:
    """Return a uniform as JSON has it."""
    if isinstance(value, Sequence | np.ndarray):
        return [_plain(each) for each in value]
    return bool(value) if isinstance(value, bool | np.bool_) else float(value)


def _camera(frame: DepthFrame, settings: Settings) -> Mapping[str, Any]:
    height, width = frame.depth.shape
    k = frame.intrinsics
    ends = world_map(frame, settings.scene).view_distance(np.array((frame.range.low, frame.range.high)))
    return {
        "pivot": pivot_distance(frame, settings.scene),
        "sides": [-k[0, 2] / k[0, 0], (width - k[0, 2]) / k[0, 0], -(height - k[1, 2]) / k[1, 1], k[1, 2] / k[1, 1]],
        "clip": [CLIP_NEAR, CLIP_FAR],
        "ends": sorted(map(float, ends)),
        "eyes": {"share": DEFAULT_EYE_DISTANCE, "comfort": settings.stereo.comfort},
        "resists": frame.kind is DepthKind.DISPARITY and frame.calibration is None,
    }


def _html(data: bytes, caption: Caption) -> str:
    parts = {
        name: (ASSETS_DIR / "web" / name).read_text(encoding="utf-8") for name in ("page.html", "page.css", "viewer.js")
    }
    script, style = parts["viewer.js"], parts["page.css"]
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src blob: data:",
            "media-src blob: data:",
        )
    )
    text = html.escape(caption.text)
    values = {
        "policy": policy,
        "title": html.escape(caption.title),
        "style": style,
        "caption": f"<b>{text}</b>" if text else "",
        "maker": _MAKER,
        "data": base64.b64encode(data).decode(),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], parts["page.html"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
