"""A real-time 3D depth viewer: turns a webcam, the screen, a video or a picture into a live 3D scene."""

__version__ = "0.1.0"
