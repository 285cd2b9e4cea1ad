"""Sources that happen now: cameras, network streams and the screen."""
