"""Files from arrays: images, meshes, depth maps and videos."""
