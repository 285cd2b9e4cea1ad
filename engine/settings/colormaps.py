"""Colormaps for depth, shared by the shader and the legend.

Each is seventeen equidistant samples of a published colormap, far first. Interpolated, it stays within 7 of 255 levels
of the original. turbo: A. Mikhailov, Google, 2019 (Apache-2.0). inferno, viridis: N. Smith and
S. van der Walt, 2015 (CC0).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Colormap = Literal["turbo", "inferno", "viridis", "gray"]
Rgb = tuple[float, float, float]
"""Red, green, blue from 0 to 1."""

FLICKER_COLORS: Colormap = "inferno"
"""For where depth flickers: the steadier, the darker."""
MOST_FLICKER = 0.03
"""The deviation that has the brightest of them, as a share of the depth range."""

SAMPLES = 17

_HEX: dict[Colormap, str] = {
    "turbo": "30123b 4040a2 466be3 4293ff 28bbec 18dcc3 31f299 6bfe64 a2fc3c cced34 edd03a fdad35 fb8022 ec520f d23105 "
    "ac1701 7a0403",
    "inferno": "000004 0b0724 210c4a 3d0965 56106e 70196e 89226a a32c61 bb3654 d14545 e35932 f1721e f98c0a fcaa0f "
    "f9c932 f2e865 fcffa4",
    "viridis": "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21908c 1f9f88 27ad81 3ebc74 5cc863 82d34d "
    "aadc32 d5e21a fde725",
}


def _table(samples: str) -> tuple[Rgb, ...]:
    red, green, blue = ([int(color[i : i + 2], 16) / 255 for color in samples.split()] for i in (0, 2, 4))
    return tuple(zip(red, green, blue, strict=True))


COLORMAPS: Mapping[Colormap, tuple[Rgb, ...]] = MappingProxyType(
    {
        **{name: _table(samples) for name, samples in _HEX.items()},
        "gray": tuple((level / (SAMPLES - 1),) * 3 for level in range(SAMPLES)),
    }
)
"""Name -> `SAMPLES` colors, from far to near."""
