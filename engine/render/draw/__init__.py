"""Passes that run for each view."""
