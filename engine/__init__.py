"""A real-time 3D depth viewer: a picture goes in, and comes out as a scene to fly through."""

__version__ = "0.1.0"
