"""The layers of a scene, drawn as one view sees them."""

from engine.render.draw.background import BackgroundPass
from engine.render.draw.rims import RimPass
from engine.render.draw.surface import SurfacePass
from engine.render.passes import Passes
from engine.render.prepare.preparation import is_closed
from engine.render.view_inputs import Scene, View
from engine.settings import DisplaySettings


def draw_layers(passes: Passes, scene: Scene, view: View, settings: DisplaySettings) -> None:
    """Draw `scene` into the framebuffer in use: the front, what lies behind it, and the rims between them."""
    passes[SurfacePass].draw(scene, view, settings)
    if scene.behind is not None:
        passes[BackgroundPass].draw(scene, scene.behind, view, settings)
    if settings.edge_feather > 0 and is_closed(settings):
        passes[RimPass].draw(scene, view, settings)  # last, since they blend with what is there
