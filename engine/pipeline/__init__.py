"""The application without a window: source, depth thread and renderer."""
