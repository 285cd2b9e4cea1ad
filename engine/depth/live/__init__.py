"""Depth while a source runs: the depth thread and what keeps its maps steady."""
