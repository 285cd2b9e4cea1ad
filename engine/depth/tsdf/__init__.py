"""A mesh from several views."""
