"""The native window and its input."""
