from zipfile import ZipFile

import cv2
import numpy as np

from training.furniture import Catalog

OBJ = (
    """mtllib thing.mtl
v 0 0 0
v 2 0 0
v 2 4 0
v 0 4 0
vt 0 0
vt 1 1
usemtl painted
f 1/1 2/2 3/1 4/2
usemtl glass
f -4 -3 -2
"""
    + "usemtl painted\nf 1 2 3\n" * 12
)
MTL = """newmtl painted
Kd 0.2 0.4 0.6
map_Kd wood.png
newmtl glass
Kd 1 1 1
d 0.1
"""
PROPERTIES = "name#1=Thing\nmodel#1=/a/thing.obj\nwidth#1=50\nheight#1=100\ndepth#1=20\nelevation#1=30\n"


def test_a_catalog_gives_models_in_meters_on_the_floor(tmp_path):
    wood = cv2.imencode(".png", np.full((8, 8, 3), (10, 20, 30), np.uint8))[1].tobytes()
    with ZipFile(tmp_path / "Some.sh3f", "w") as archive:
        archive.writestr("PluginFurnitureCatalog.properties", PROPERTIES)
        archive.writestr("a/thing.obj", OBJ)
        archive.writestr("a/thing.mtl", MTL)
        archive.writestr("a/wood.png", wood)
    catalog = Catalog([tmp_path / "Some.sh3f"])
    (model,) = catalog
    assert (model.name, model.collection, model.elevation) == ("Thing", "Some", 0.3)
    np.testing.assert_allclose(model.rows[:, :3].min(0), (-0.25, 0, 0), atol=1e-6)
    np.testing.assert_allclose(model.rows[:, :3].max(0), (0.25, 1, 0), atol=1e-6)
    assert len(model.rows) == 3 * (2 + 12)  # the quad as two triangles; what is transparent is left out
    assert set(model.rows[:, 11]) == {0.0}
    np.testing.assert_array_equal(catalog.pictures[0][0, 0], (30, 20, 10))
    np.testing.assert_allclose(model.rows[:3, 6:8], [[0, 0], [1, 1], [0, 0]])
