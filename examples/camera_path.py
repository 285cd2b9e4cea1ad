"""Move a camera around a photo in 3D, and write what it sees as numbered frames.

python examples/camera_path.py photo.jpg frames/
"""

import sys
from math import pi, sin
from pathlib import Path

import cv2

import da3d

FRAMES = 24
SIZE = (480, 320)  # width, height

photo, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)

scene = da3d.Scene(photo, da3d.depth(photo), depth_scale=0.6)
for i in range(FRAMES):
    yaw = 15 * sin(2 * pi * i / FRAMES)  # degrees: to the right, to the left and back
    frame = scene.render(SIZE, yaw=yaw, pitch=4)  # (H, W, 3) uint8
    cv2.imwrite(str(folder / f"{i:04}.png"), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))

print(f"{FRAMES} frames in {folder}")
print(f"As a video: ffmpeg -framerate 24 -i {folder}/%04d.png -pix_fmt yuv420p path.mp4")
