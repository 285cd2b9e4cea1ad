"""The matrices of anaglyphs.

Of all colors that the glasses can show, they give the ones closest to those of both eyes (E. Dubois, "A projection
method to generate anaglyph stereo images", ICASSP 2001). Dubois published those for green-magenta and amber-blue
glasses in 2010, computed for LCD screens: flickr.com/photos/e_dubois/5132528166 and /5230654930.
"""

Filter = tuple[float, ...]
"""A matrix 3 × 3, column by column: the contributions of red, green and blue."""

DUBOIS: dict[str, tuple[Filter, Filter]] = {
    "anaglyph": (
        (0.4561, -0.0400822, -0.0152161, 0.500484, -0.0378246, -0.0205971, 0.176381, -0.0157589, -0.00546856),
        (-0.0434706, 0.378476, -0.0721527, -0.0879388, 0.73364, -0.112961, -0.00155529, -0.0184503, 1.2264),
    ),
    "anaglyph-green-magenta": (
        (-0.062, 0.284, -0.015, -0.158, 0.668, -0.027, -0.039, 0.143, 0.021),
        (0.529, -0.016, 0.009, 0.705, -0.015, 0.075, 0.024, -0.065, 0.937),
    ),
    "anaglyph-amber-blue": (
        (1.062, -0.026, -0.038, -0.205, 0.908, -0.173, 0.299, 0.068, 0.022),
        (-0.016, 0.006, 0.094, -0.123, 0.062, 0.185, -0.017, -0.017, 0.911),
    ),
}
"""Left and right filter by the setting `stereo`. The first color of the glasses is that of the left eye."""
