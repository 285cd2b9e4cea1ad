"""Which layers a scene is drawn in."""

from engine.render.draw.backdrop import BackdropPass
from engine.render.draw.background import BackgroundPass
from engine.render.draw.layer import LayerPass
from engine.render.draw.silhouettes import SilhouettePass
from engine.render.draw.surface import SurfacePass
from engine.render.prepare.layers import is_closed
from engine.render.view_inputs import Scene
from engine.settings import DisplaySettings


def drawn_layers(scene: Scene, settings: DisplaySettings) -> list[type[LayerPass]]:
    """Return the passes that draw `scene`, in their order."""
    layers: list[type[LayerPass]] = [SurfacePass]
    if scene.background is not None:
        layers.append(BackgroundPass)
    if scene.backdrop is not None:
        layers.append(BackdropPass)
    if settings.edge_feather > 0 and is_closed(settings):
        layers.append(SilhouettePass)  # last, since it blends with the other layers
    return layers
