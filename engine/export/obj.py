"""A textured mesh as Wavefront OBJ, which is three files that refer to each other."""

from pathlib import Path

import numpy as np

from engine.export.image_file import png_of
from engine.geometry.mesh import Surface


def save_obj(folder: Path, surface: Surface, name: str = "scene") -> None:
    """Write NAME.obj, NAME.mtl and NAME.png into `folder`. Raises OSError."""
    mesh = surface.without_loose_points()
    (folder / f"{name}.png").write_bytes(png_of(mesh.image))
    # unlit (illum 0), since the image contains the light
    material = f"newmtl picture\nKd 1 1 1\nKa 0 0 0\nKs 0 0 0\nillum 0\nmap_Kd {name}.png\n"
    (folder / f"{name}.mtl").write_text(material, encoding="ascii")
    corners = np.repeat(mesh.triangles.astype(np.int64) + 1, 2, axis=1)  # each vertex has the uv of the same number
    with (folder / f"{name}.obj").open("w", encoding="ascii", newline="\n") as file:
        file.write(f"mtllib {name}.mtl\no capture\nusemtl picture\n")
        np.savetxt(file, mesh.points, "v %.6g %.6g %.6g")
        np.savetxt(file, np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], 1), "vt %.6f %.6f")
        np.savetxt(file, corners, "f %d/%d %d/%d %d/%d")
