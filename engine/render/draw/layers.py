"""Drawing the layers of a scene."""

from engine.render.draw.background import BackgroundPass
from engine.render.draw.silhouettes import SilhouettePass
from engine.render.draw.surface import SurfacePass
from engine.render.passes import Passes
from engine.render.prepare.preparation import is_closed
from engine.render.view_inputs import Scene, View
from engine.settings import DisplaySettings


def draw_layers(passes: Passes, scene: Scene, view: View, settings: DisplaySettings) -> None:
    """Draw `scene` into the framebuffer in use: front layer, background layer, and soft silhouettes between them."""
    passes[SurfacePass].draw(scene, view, settings)
    if scene.background is not None:
        passes[BackgroundPass].draw(scene, scene.background, view, settings)
    if settings.edge_feather > 0 and is_closed(settings):
        passes[SilhouettePass].draw(scene, view, settings)  # last, since they blend with the other layers
