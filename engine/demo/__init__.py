"""The built-in demo scene: a ray-cast room with exact depth."""
