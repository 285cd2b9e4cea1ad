"""The cells of a notebook: open this file in VS Code, Spyder or, with jupytext, in Jupyter. See docs/api.md."""

# %% An image; here a frame of the built-in scene, so that no file is needed
import numpy as np

import da3d
from engine.demo.scene import render
from engine.demo.solids import SceneCamera

camera = SceneCamera.at(320, 180)
image, true_depth = render(camera, 0.0)  # (180, 320, 3) uint8, (180, 320) meters

# %% Its depth by the embedded network
found = da3d.depth(image)
print(found.kind, found.depth.shape, found.range)

# %% How good is it? Fit scale and shift to the true inverse depth, then compare
rows = np.arange(found.depth.shape[0]) * image.shape[0] // found.depth.shape[0]
columns = np.arange(found.depth.shape[1]) * image.shape[1] // found.depth.shape[1]
truth = 1 / true_depth[rows][:, columns]
scale, shift = np.polyfit(found.depth.ravel(), truth.ravel(), 1)
correlation = np.corrcoef(found.depth.ravel(), truth.ravel())[0, 1]
print(f"correlation with the truth: {correlation:.2f}")

# %% The scene from the side; in Jupyter, `PIL.Image.fromarray(side)` shows it
scene = da3d.Scene(image, found)
side = scene.render((320, 180), yaw=14, pitch=5)

# %% The same with the true depth and the true camera
exact = da3d.Scene(image, true_depth, kind="metric", intrinsics=camera.intrinsics)
exact_side = exact.render((320, 180), yaw=14, pitch=5)
print("mean difference of the two pictures:", np.abs(side.astype(int) - exact_side).mean().round(1))
