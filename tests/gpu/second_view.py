"""What a second, real camera saw: the drawing must be as good as on a CPU."""

import time
from importlib.util import find_spec

from tests.gpu.figures import Figure, Size

WAYS = ("high", "ultra", "lite, high")
SMALL = ("high",)


def figures(size: Size) -> list[Figure]:
    """Return PSNR and time of the Motorcycle, which comes with scikit-image."""
    if find_spec("skimage") is None:
        return [Figure("Motorcycle", note="no scikit-image: pip install -c constraints.txt scikit-image")]
    from tests.bench.second_view import splat
    from tests.bench.second_view.__main__ import WAYS as EVERY_WAY
    from tests.bench.second_view.measures import Places
    from tests.bench.second_view.pairs import motorcycle

    pair, found = motorcycle(), []
    places = Places.of(pair, splat.splat(pair))
    for name in SMALL if size is Size.SMALL else WAYS:
        EVERY_WAY[name](pair)  # compiles the shaders
        started_s = time.perf_counter()
        picture = EVERY_WAY[name](pair)
        note = f"{1000 * (time.perf_counter() - started_s):.0f} ms with upload and readback"
        found.append(Figure(f"Motorcycle, {name}", places.compare(picture, pair.right)["within"].psnr_db, "dB", note))
    return found
