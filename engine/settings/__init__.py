"""The settings: their tree, their declarations and their files."""

from engine.settings.input_groups import PACKED, SHORTEST_FOCAL, CaptureSettings, DepthSettings, SourceSettings
from engine.settings.picture_groups import (
    DisplaySettings,
    InterfaceSettings,
    LightSettings,
    MotionSettings,
    SceneSettings,
)
from engine.settings.schema import GROUPS, Settings, from_tree, group_of
from engine.settings.stereo import StereoSettings
from engine.settings.values import AnyEncoder, CaptureModel, Encoder

__all__ = [
    "GROUPS",
    "PACKED",
    "SHORTEST_FOCAL",
    "AnyEncoder",
    "CaptureModel",
    "CaptureSettings",
    "DepthSettings",
    "DisplaySettings",
    "Encoder",
    "InterfaceSettings",
    "LightSettings",
    "MotionSettings",
    "SceneSettings",
    "Settings",
    "SourceSettings",
    "StereoSettings",
    "from_tree",
    "group_of",
]
