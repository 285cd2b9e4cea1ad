"""Scenes in browsers."""
