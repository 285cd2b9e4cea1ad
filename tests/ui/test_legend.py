import numpy as np
import pytest

from engine.frames import DepthKind
from engine.settings import Settings
from engine.ui.legend import depth_labels, shows_depth
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
    assert depth_labels(depth_frame(DEPTH, kind=kind, span=(1.2, 2.0, 12.0)), is_inverted=is_inverted) == labels


def test_it_is_shown_where_there_are_false_colours():
    assert not shows_depth(Settings().display)
    assert shows_depth(Settings().replace(view="depth").display)
    assert shows_depth(Settings().replace(panes="picture+depth").display)
