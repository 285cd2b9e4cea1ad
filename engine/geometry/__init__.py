"""Geometry in numpy: the world formula, camera intrinsics, calibration, meshes and point clouds."""
