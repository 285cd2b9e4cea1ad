"""From a depth map to space, in numpy: the world formula, cameras, calibration, meshes and points."""
