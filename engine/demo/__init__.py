"""The built-in scene: a ray-cast room with exact depth."""
