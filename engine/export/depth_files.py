"""Files with depth maps as numbers: NPZ, EXR and 16-bit PNG. docs/video.md and docs/capture.md describe them."""

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.files.png_metadata import DEPTH_KEY, with_text
from engine.frames import DepthKind, DepthMap

PNG_STEPS = 65535
UNITS = {
    DepthKind.DISPARITY: "inverse depth up to scale and shift, near is large",
    DepthKind.METRIC: "meters, near is small",
    DepthKind.RELATIVE_DEPTH: "depth up to scale, near is small",
}


def save_npz(path: Path, maps: Iterable[DepthMap], shape: tuple[int, int, int], **others: NDArray[Any]) -> None:
    """Write `maps` as the array `depths`, float32 of `shape` (N, H, W), one at a time, and `others` beside it.

    Raises OSError if the file cannot be written.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in others.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
        with archive.open("depths.npy", "w", force_zip64=True) as file:
            header = {"descr": "<f4", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_2_0(file, header)
            for depth in maps:
                file.write(np.ascontiguousarray(depth, "<f4").tobytes())


def save_exr(path: Path, depth: DepthMap, kind: DepthKind) -> None:
    """Write `depth` (H, W) as channel Z, float32, with its unit in the header. Raises OSError.

    0 is "not measured", except in disparity, where it is a huge negative number.
    """
    import OpenEXR

    if kind is not DepthKind.DISPARITY:
        depth = np.maximum(depth, 0)

    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "comments": f"Z is {UNITS[kind]}",
    }
    try:
        with OpenEXR.File(header, {"Z": np.ascontiguousarray(depth, np.float32)}) as file:
            file.write(str(path))
    except RuntimeError as error:
        raise OSError(str(error)) from error


@dataclass(frozen=True, slots=True)
class PngScale:
    """From the steps of a 16-bit PNG to depth: offset + scale · step. Step 0 means "not measured"."""

    kind: DepthKind
    scale: float
    offset: float

    @classmethod
    def spanning(cls, kind: DepthKind, low: float, high: float) -> "PngScale":
        """Return millimeters for metric depth if they reach as far as `high`, else 65535 steps from `low` to `high`."""
        if kind is not DepthKind.DISPARITY:
            millimeter = 0.001
            return cls(kind, max(millimeter, high / PNG_STEPS) if kind is DepthKind.METRIC else high / PNG_STEPS, 0.0)
        scale = (high - low) / (PNG_STEPS - 1) or 1.0
        return cls(kind, scale, low - scale)

    def steps(self, depth: DepthMap) -> NDArray[np.uint16]:
        """Convert `depth` (H, W) to steps."""
        measured = np.isfinite(depth) & ((depth > 0) | (self.kind is DepthKind.DISPARITY))
        values = np.rint((np.where(measured, depth, 0) - self.offset) / self.scale)
        return np.where(measured, np.clip(values, 1, PNG_STEPS), 0).astype(np.uint16)

    @property
    def facts(self) -> dict[str, str | float]:
        """What a reader needs to turn steps into depth, ready for JSON."""
        return {
            "kind": self.kind.value,
            "unit": UNITS[self.kind],
            "scale": self.scale,
            "offset": self.offset,
            "formula": "depth = offset + scale * pixel; pixel 0 is not measured",
        }

    def save(self, path: Path) -> None:
        """Write `facts` to a JSON file. Raises OSError."""
        path.write_text(json.dumps(self.facts, indent=2) + "\n", encoding="utf-8")


def save_png16(path: Path, depth: DepthMap, scale: PngScale) -> None:
    """Write `depth` (H, W) as a 16-bit gray PNG with its scale in the text chunk "depth". Raises OSError."""
    encoded, data = cv2.imencode(".png", scale.steps(depth), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert encoded
    path.write_bytes(with_text(data.tobytes(), DEPTH_KEY, json.dumps(scale.facts)))
