"""From images to depth maps. Names are loaded on first use (PEP 562), so that importing this package does not
import torch before the depth thread does.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.depth.offline import infer_video as infer_video
    from engine.depth.still import ImageDepth as ImageDepth
    from engine.depth.still import StillDepth as StillDepth
    from engine.depth.still import ViewsDepth as ViewsDepth
    from engine.depth.still import infer_image as infer_image
    from engine.depth.still import infer_views as infer_views
    from engine.depth.streaming import StreamingDepth as StreamingDepth

_HOMES = {
    "StreamingDepth": "engine.depth.streaming",
    "infer_video": "engine.depth.offline",
    **dict.fromkeys(("ImageDepth", "StillDepth", "ViewsDepth", "infer_image", "infer_views"), "engine.depth.still"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
