"""Panes and eyes, put together into one picture."""
