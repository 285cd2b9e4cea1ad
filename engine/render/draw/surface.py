"""The pass that draws the front layer: the grid, displaced by depth."""

from collections.abc import Iterator
from typing import Any, Literal, get_args

import moderngl

from engine.render.draw.layer import Cells, Draw, LayerPass, Triangles, Vertices, WholeGrid
from engine.render.view_inputs import Scene, rgb
from engine.settings import DisplaySettings
from engine.settings.colormaps import COLORMAPS

_VIEWS: tuple[str, ...] = get_args(DisplaySettings.model_fields["view"].annotation)

CLOSED = 1.5
"""The diameter, in distances between points, at which discs leave no gaps (√2 suffices on a plane)."""


class SurfacePass(LayerPass):
    """Draws the grid as a mesh, a wireframe, discs or both."""

    def draws(self, scene: Scene, settings: DisplaySettings) -> Iterator[Draw]:
        if settings.display_mode != "pointcloud":
            yield from _triangles(scene, settings)
        if settings.display_mode != "mesh":
            is_hybrid = settings.display_mode == "hybrid"
            point_size = max(settings.point_size, CLOSED) if is_hybrid else settings.point_size
            vertices = Vertices(scene.depth.width * scene.depth.height)
            yield _draw(scene, settings, vertices, point_size=point_size, only_torn=is_hybrid)


def _triangles(scene: Scene, settings: DisplaySettings) -> Iterator[Draw]:
    if scene.triangles is None:
        yield _draw(scene, settings, WholeGrid(scene.depth.size, settings.wireframe))
        return
    finest, is_matted = scene.finest, scene.matte is not None
    yield _draw(scene, settings, Triangles(scene.triangles), cells="whole")
    if scene.fine is not None:
        yield _draw(finest, settings, Triangles(scene.fine.triangles), cells="whole", is_matted=is_matted)
    yield _draw(finest, settings, Cells(scene.cut_vertices), cells="cut", is_matted=is_matted)


def _draw(
    scene: Scene,
    settings: DisplaySettings,
    elements: Triangles | Cells | WholeGrid | Vertices,
    *,
    cells: Literal["all", "whole", "cut"] = "all",
    is_matted: bool = False,
    **uniforms: Any,
) -> Draw:
    """`cells`: which of them are drawn; whole ones may be merged."""
    is_points = isinstance(elements, Vertices)
    defines = shader_defines(
        settings.view,
        points=is_points,
        whole=cells != "all" or is_points,
        cut=cells == "cut",
        rim=is_matted,
        shaded=scene.shade is not None,
    )
    textures = {"color": scene.color, "grid_depth": scene.depth, "edges": scene.edges, **shading(scene)}
    if is_matted and scene.matte is not None:
        uniforms |= {"continues": scene.matte.is_exact, "edge_cut": settings.edge_cut}
        textures |= matting(scene)
    uniforms |= {"grid": scene.depth.size, "picture_size": scene.picture_px, **scene.world}
    return Draw("surface.vert", "surface.frag", defines, textures, uniforms | appearance(scene, settings), elements)


def view_number(view: str) -> int:
    """Return what shaders call `view`. Flicker comes as the colors of the frame."""
    return 0 if view == "flicker" else _VIEWS.index(view)


def shader_defines(
    view: str,
    *,
    points: bool = False,
    whole: bool = False,
    cut: bool = False,
    shaded: bool = False,
    silhouette: bool = False,
    rim: bool = False,
    background: bool = False,
    plate: bool = False,
) -> dict[str, int]:
    """Return the macros that `surface.frag` is compiled with: a software renderer would run all branches per pixel.

    whole: no drawn cell has a hole. cut: the cells are quads, and those that the view tears open are left out.
    rim: there is a matte; of what the view tears open, the far side continues.
    """
    return {
        "VIEW": view_number(view),
        "POINTS": int(points),
        "WHOLE": int(whole),
        "CUT": int(cut),
        "SHADED": int(shaded),
        "SILHOUETTE": int(silhouette),
        "RIM": int(rim),
        "BACKGROUND": int(background),
        "PLATE": int(plate),
    }


def shading(scene: Scene) -> dict[str, moderngl.Texture]:
    """Return the texture of `surface.frag` with the light on the front layer."""
    return {} if scene.shade is None else {"shade": scene.shade.front}


def matting(scene: Scene) -> dict[str, moderngl.Texture]:
    """Return the textures of `include/matte.glsl`, and the surfaces on both sides of edges."""
    if scene.matte is None:
        return {}
    return {"matte_near": scene.matte.near, "matte_far": scene.matte.far, "surfaces": scene.matte.surfaces}


def appearance(scene: Scene, settings: DisplaySettings) -> dict[str, Any]:
    """Return the uniforms of `surface.frag` for light, fog and colormap."""
    uniforms: dict[str, Any] = {}
    if scene.shade is not None:
        across, down = scene.shade.front.size
        shade_uv = (1 - 1 / across, 1 - 1 / down, 0.5 / across, 0.5 / down)
        uniforms |= {"fog_color": rgb(settings.background), "shade_uv": shade_uv}
    if settings.view == "depth":
        uniforms["colormap"] = COLORMAPS[settings.colormap]
    return uniforms
