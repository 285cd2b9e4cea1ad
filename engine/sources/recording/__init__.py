"""Videos, and the playback of recordings: pause, seek, step and loop."""
