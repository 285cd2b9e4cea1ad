"""One frame, computed again with the best network available."""
