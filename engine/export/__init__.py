"""Arrays in, files out: pictures, meshes, depth maps and videos."""
