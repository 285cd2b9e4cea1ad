"""Plain data about the running program: figures, and what can be shown and played."""
