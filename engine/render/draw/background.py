"""The pass that draws the background layer."""

from collections.abc import Iterator

from engine.render.draw.layer import Draw, LayerPass, Triangles
from engine.render.draw.surface import appearance, shader_defines
from engine.render.view_inputs import Scene
from engine.settings import DisplaySettings


class BackgroundPass(LayerPass):
    """Draws the cells of the grid that have something behind the front layer, where that one is open.

    It never covers the front layer: it is coarser, and often invented.
    """

    def draws(self, scene: Scene, settings: DisplaySettings) -> Iterator[Draw]:
        layer = scene.background
        assert layer is not None
        textures = {"behind": layer.surface, "mask": layer.mask}
        if layer.plate is not None:
            textures["plate"] = layer.plate
        uniforms = {"edge_cut": settings.edge_cut, "front_size": scene.depth.size, **scene.world}
        if scene.shade is not None:
            uniforms |= scene.shade.light
        uniforms |= appearance(scene, settings)
        for triangles, is_whole in ((layer.whole, True), (layer.others, False)):
            defines = shader_defines(
                settings.view,
                whole=is_whole,
                shaded=scene.shade is not None,
                background=True,
                plate=layer.plate is not None,
            )
            elements = Triangles(triangles)
            yield Draw("background.vert", "surface.frag", defines, textures, uniforms, elements, is_behind=True)
