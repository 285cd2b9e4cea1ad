"""Passes that run once for each depth frame."""
