"""The pass that draws the backdrop: what continues the picture beyond its border."""

from collections.abc import Iterator

from engine.render.draw.layer import Draw, LayerPass, Triangles
from engine.render.draw.surface import view_number
from engine.render.view_inputs import Scene, rgb
from engine.settings import DisplaySettings
from engine.settings.colormaps import COLORMAPS


class BackdropPass(LayerPass):
    """Fills what nothing else covers, after everything that is not transparent.

    It leaves the depth buffer empty there, so that it cannot be picked.
    """

    def draws(self, scene: Scene, settings: DisplaySettings) -> Iterator[Draw]:
        backdrop, background = scene.backdrop, rgb(settings.background)
        assert backdrop is not None
        uniforms = {
            "margin": backdrop.margin, "reach": backdrop.reach, "aspect": backdrop.aspect, "background": background,
            **scene.world,
        }  # fmt: skip
        if scene.shade is not None:
            uniforms |= {"fog_color": background, **scene.shade.light}
        if settings.view == "depth":
            uniforms["colormap"] = COLORMAPS[settings.colormap]
        defines = {"VIEW": view_number(settings.view), "SHADED": int(scene.shade is not None)}
        textures, elements = {"surface": backdrop.surface}, Triangles(backdrop.triangles)
        yield Draw("backdrop.vert", "backdrop.frag", defines, textures, uniforms, elements, fills=True)
