"""RGB-D recordings of other programs (docs/recordings.md)."""
