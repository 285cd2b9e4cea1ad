import numpy as np
import pytest

from engine.frames import DepthKind
from engine.settings import Settings
from engine.ui.legend_panel import depth_labels
from tests.depth_frames import depth_frame

DEPTH = np.full((4, 6), 2.0)


@pytest.mark.parametrize(
    ("kind", "is_inverted", "labels"),
    [
        (DepthKind.METRIC, False, ("12 m", "2.2 m", "1.2 m")),
        (DepthKind.METRIC, True, ("1.2 m", "2.2 m", "12 m")),
        (DepthKind.DISPARITY, False, ("far", "", "near")),
        (DepthKind.RELATIVE_DEPTH, True, ("near", "", "far")),
    ],
)
def test_labels_from_far_to_near(kind, is_inverted, labels):
    settings = Settings().replace(view="depth", invert_depth=is_inverted)
    assert depth_labels(depth_frame(DEPTH, kind=kind, span=(1.2, 2.0, 12.0)), settings) == labels


def test_it_is_shown_where_there_are_false_colors():
    frame = depth_frame(DEPTH)
    assert depth_labels(frame, Settings()) is None
    assert depth_labels(None, Settings().replace(view="depth")) is None
    assert depth_labels(frame, Settings().replace(panes="picture+depth")) is not None
    assert depth_labels(frame, Settings().replace(view="flicker")) == ("0 %", "1.5 %", "3 %")
