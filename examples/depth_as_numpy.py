"""Estimate the depth of a photo and save it as a numpy array.

python examples/depth_as_numpy.py photo.jpg depth.npy
"""

import sys

import cv2
import numpy as np

import da3d

photo, target = sys.argv[1:]

image = da3d.load_image(photo)  # (H, W, 3) uint8
found = da3d.depth(image)  # the embedded network: nothing is downloaded

# The map has the resolution of the network; bring it to that of the photo.
height, width = image.shape[:2]
depth = cv2.resize(found.depth, (width, height))
np.save(target, depth)

print(f"{found.kind.value}, {depth.shape[0]} x {depth.shape[1]}, from {found.range.low:.2f} to {found.range.high:.2f}")
print(f"camera ({found.camera}):\n{found.intrinsics.round(1)}")
