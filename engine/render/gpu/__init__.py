"""Framebuffers, textures, shaders and readback."""
