"""OpenGL without a window: contexts, and calls that let other threads run."""
