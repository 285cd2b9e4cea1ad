import pytest

from engine.settings import InterfaceSettings
from engine.settings.fields import declaration
from engine.ui.theme import PALETTES, Palette


def luminance(color) -> float:
    """Relative luminance as WCAG 2 has it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def over(color, behind) -> tuple[float, ...]:
    return tuple(c * color[3] + b * (1 - color[3]) for c, b in zip(color[:3], behind, strict=True))


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES.keys())
@pytest.mark.parametrize("scene", [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)], ids=["black", "white"])
def test_text_is_readable_whatever_is_behind_the_panel(palette: Palette, scene) -> None:
    panel = over(palette.panel, scene)
    for ink in (palette.text, palette.muted, palette.accent, palette.good, palette.warning):
        assert contrast(ink, panel) > 4.5  # WCAG 2, AA
    assert contrast(palette.text, palette.field) > 7


def test_every_theme_has_a_palette() -> None:
    assert set(PALETTES) == set(declaration("theme").choices)
    assert InterfaceSettings().theme in PALETTES
