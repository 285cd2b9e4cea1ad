"""Where and how networks run: devices, number formats, memory and compiled graphs."""
