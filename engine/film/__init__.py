"""Films: photographs along a camera path, as files."""
