"""Films: photographs along a camera path, and videos in stereo, as files."""
