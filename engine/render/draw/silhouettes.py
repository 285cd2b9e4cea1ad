"""The pass that draws silhouettes as smooth lines."""

from collections.abc import Iterator

from engine.render.draw.layer import Cells, Draw, LayerPass
from engine.render.draw.surface import appearance, matting, shader_defines, shading
from engine.render.view_inputs import Scene
from engine.settings import DisplaySettings


class SilhouettePass(LayerPass):
    """Extends the near surface over the cells that an edge cuts and those beside them, and blends it with the rest."""

    def draws(self, scene: Scene, settings: DisplaySettings) -> Iterator[Draw]:
        matte, cut = scene.matte, scene.cut_vertices
        assert matte is not None
        if cut.size == 0:
            return
        scene = scene.finest
        cell_px = scene.picture_px[0] / scene.depth.width
        textures = {"color": scene.color, "grid_depth": scene.depth, **shading(scene), **matting(scene)}
        uniforms = {
            "feather": settings.edge_feather / cell_px, "edge_cut": settings.edge_cut, "grid": scene.depth.size,
            "picture_size": scene.picture_px, **scene.world, **appearance(scene, settings),
        }  # fmt: skip
        for cells, is_cut in ((matte.cells, False), (cut, True)):
            defines = shader_defines(
                settings.view, whole=True, cut=is_cut, shaded=scene.shade is not None, silhouette=True
            )
            elements = Cells(cells)
            yield Draw("silhouettes.vert", "surface.frag", defines, textures, uniforms, elements, is_blended=True)
