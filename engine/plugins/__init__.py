"""What users add in files of their own: other sources and other networks."""
