"""The window's side of the program."""
