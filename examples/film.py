"""Turn a photograph into an animated picture that repeats, and find out what moves most in it.

python examples/film.py photo.jpg
"""

import sys
from pathlib import Path

import numpy as np

import da3d

photo = Path(sys.argv[1])
film = {"path": "circle", "seconds": 2, "fps": 12, "size": (480, 320)}

written = da3d.render(photo, f"{photo.stem}_circle.webp", **film)
print(f"{written}: {written.stat().st_size / 1e6:.1f} MB")

frames = np.stack(list(da3d.render_frames(photo, **film)))  # (24, 320, 480, 3) uint8
changes = frames.astype(float).std(axis=0).mean(axis=2)  # (320, 480)
row, column = np.unravel_index(changes.argmax(), changes.shape)
print(f"What moves most is at {column}, {row}")
