"""`python -m training.assets`: bakes what DATA.md lists into one folder that `training.generate` reads."""

import argparse
import logging
from pathlib import Path

import cv2
import numpy as np

from training import bodies, library, skies, textures
from training.furniture import Catalog

LOG = logging.getLogger(__name__)
BY_RULE = 260
CROPS_OF_A_PANORAMA = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--furniture", type=Path, required=True, help="folder with the .sh3f files")
    parser.add_argument("--pmndrs", type=Path, required=True, help="the unpacked npm package @pmndrs/assets")
    parser.add_argument("--bodies", type=int, default=320, help="how many people to make")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    rng = np.random.default_rng(0)
    catalog = Catalog(sorted(options.furniture.glob("*.sh3f")))
    furniture = list(catalog)
    LOG.info("%d models with %d textures", len(furniture), len(catalog.pictures))
    panoramas = skies.read_pmndrs(options.pmndrs)
    pictures = [textures.fitted(picture) for picture in catalog.pictures]
    pictures += _of_scikit_image()
    pictures += [textures.make(rng) for _ in range(BY_RULE)]
    for panorama in panoramas.values():
        pictures += skies.photographs(panorama, rng, CROPS_OF_A_PANORAMA)
    LOG.info("%d textures, %d panoramas", len(pictures), len(panoramas))
    faces, people = bodies.make(options.bodies)
    LOG.info("%d bodies", len(people))
    library.save(options.out, furniture, pictures, faces, people, panoramas)


def _of_scikit_image() -> list[textures.Picture]:
    """The three surfaces among scikit-image's pictures (CC0)."""
    import skimage

    folder = Path(skimage.__file__).parent / "data"
    found = []
    for path in (folder / f"{name}.png" for name in ("brick", "grass", "gravel")):
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
        if picture is None:  # without it every later texture would have another number, and another side of the split
            raise FileNotFoundError(f"{path} is missing; install scikit-image with its data")
        found.append(textures.fitted(picture))
    return found


if __name__ == "__main__":
    main()
