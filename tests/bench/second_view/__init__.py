"""What a renderer makes of a picture with depth, compared with what a second, real camera saw."""
