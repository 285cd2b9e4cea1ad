import pytest

from engine.settings import InterfaceSettings
from engine.settings.fields import declaration
from engine.ui.theme import PALETTES, Pair, shapes, texts

SCENES = {"black": (0.0, 0.0, 0.0), "white": (1.0, 1.0, 1.0)}
"""What may be behind the panel."""


def luminance(color) -> float:
    """Relative luminance as WCAG 2 has it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def over(color, behind) -> tuple[float, ...]:
    return tuple(c * color[3] + b * (1 - color[3]) for c, b in zip(color[:3], behind, strict=True))


def seen(pair: Pair, scene) -> float:
    """The contrast of a pair before a scene."""
    ground = scene
    for layer in pair.ground:
        ground = over(layer, ground)
    return contrast(over(pair.ink, ground), ground)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES.keys())
def test_texts_are_readable_and_shapes_visible_whatever_is_behind_the_panel(palette, scene) -> None:
    faint = [f"{seen(pair, scene):.2f} {pair}" for pair in texts(palette) if seen(pair, scene) < 4.5]
    faint += [f"{seen(pair, scene):.2f} {pair}" for pair in shapes(palette) if seen(pair, scene) < 3]
    assert not faint, "\n".join(faint)  # WCAG 2, AA


def test_every_theme_has_a_palette() -> None:
    assert set(PALETTES) == set(declaration("theme").choices)
    assert InterfaceSettings().theme in PALETTES
