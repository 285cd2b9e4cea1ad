"""Settings of what goes in: the source, its depth, and captures."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from engine.settings.group import Group
from engine.settings.traits import Traits
from engine.settings.values import DEPTH_SCALE, MODELS, AnyEncoder, CaptureModel, Crop, FrameRes

SHORTEST_FOCAL = 0.04  # of a camera, in sides of its picture: a field of view of 171 degrees


def _lens(label: str) -> Traits:
    return Traits(label, "Camera", part="Lens", form="{} px", zero="unknown", is_local=True, describes_camera=True)


class SourceSettings(Group):
    """Where frames come from."""

    source: Annotated[str, Traits("File or address", "Source", is_common=True, is_local=True)] = "demo"
    """What to show: webcam[:N], screen[:N], screen:X,Y,W,H, an http or rtsp address, demo, or a file or folder."""
    max_res: Annotated[
        FrameRes, Traits("Frame size limit", "Source", form="{} px", zero="auto", is_common=True, is_slow=True)
    ] = Field(0, ge=0, le=4096)
    """Longest side of a source frame in pixels; larger ones are scaled. 0: geometry 640, colors 1920 (stills 4096)."""
    crop: Annotated[Crop, Traits("Cut off edges", "Source", is_local=True)] = "auto"
    """Cut off black bars (auto), nothing (off), or LEFT,TOP,RIGHT,BOTTOM in pixels of the source, such as 0,60,0,60."""
    sequence_fps: Annotated[
        float, Traits("Folder frame rate", "Source", form="{} fps", is_local=True, only_for="file")
    ] = Field(24.0, gt=0, le=240)
    """Frames per second when the source is a folder of images."""
    camera_width: Annotated[
        int,
        Traits(
            "Webcam width", "Source", form="{} px", zero="its own", is_common=True, is_local=True, only_for="webcam"
        ),
    ] = Field(0, ge=0, le=7680)
    """Width in pixels to request from a webcam, which picks the nearest it supports. 0: the webcam's default."""
    camera_height: Annotated[
        int,
        Traits(
            "Webcam height", "Source", form="{} px", zero="its own", is_common=True, is_local=True, only_for="webcam"
        ),
    ] = Field(0, ge=0, le=4320)
    """Height in pixels to request from a webcam. 0: the webcam's default."""
    camera_fps: Annotated[
        float,
        Traits(
            "Webcam frame rate", "Source", form="{} fps", zero="its own", is_slow=True, is_local=True, only_for="webcam"
        ),
    ] = Field(0.0, ge=0, le=240)
    """Frames per second to request from a webcam. 0: the webcam's default."""
    screen_fps: Annotated[
        float, Traits("Screen frame rate", "Source", form="{} fps", is_slow=True, is_local=True, only_for="screen")
    ] = Field(30.0, ge=1, le=120)
    """Screen captures per second."""
    depth_map: Annotated[
        Path | None, Traits("Depth map", "Source", part="Depth of a file", is_local=True, only_for="file")
    ] = None
    """Depth map of the picture: PNG, JPEG, TIFF, NPY, NPZ, EXR or PFM. No network runs."""
    depth_map_kind: Annotated[
        Literal["auto", "disparity", "metric", "relative"],
        Traits("Kind of depth map", "Source", part="Depth of a file", is_local=True, only_for="file"),
    ] = "auto"
    """What the depth map contains. auto: what the file states; else disparity for 8 bits and PFM, metric otherwise."""
    depth_map_scale: Annotated[
        float,
        DEPTH_SCALE,
        Traits("Meters per step", "Source", part="Depth of a file", zero="as stored", is_local=True, only_for="file"),
    ] = Field(0.0, ge=0)
    """Meters (or units) per step: a number, a fraction such as 1/256, or kitti, tum, mm. 0: what the file states."""
    depth_map_baseline: Annotated[
        float,
        Traits(
            "Distance of cameras",
            "Source",
            part="Depth of a file",
            form="{} m",
            zero="unknown",
            is_local=True,
            only_for="file",
        ),
    ] = Field(0.0, ge=0, le=100)
    """Distance in meters of the cameras of a disparity map in pixels, which becomes meters with --focal-length-x."""
    depth_map_offset: Annotated[
        float,
        Traits("Disparity offset", "Source", part="Depth of a file", form="{} px", is_local=True, only_for="file"),
    ] = Field(0.0, ge=-10_000, le=10_000)
    """Pixels to add to the disparity first, where principal points differ; Middlebury calls it doffs."""
    embedded_depth: Annotated[
        bool, Traits("Photo's own depth", "Source", part="Depth of a file", is_local=True, only_for="file")
    ] = True
    """Use the depth that a phone stored in its photograph (HEIC, JPEG) instead of a network."""
    rgbd: Annotated[
        Literal["auto", "off", "side-by-side", "over-under", "depth-left", "depth-above"],
        Traits(
            "Depth in the picture",
            "Source",
            part="Depth of a file",
            names={
                "side-by-side": "right of the colors",
                "over-under": "below the colors",
                "depth-left": "left of the colors",
                "depth-above": "above the colors",
            },
            is_local=True,
            only_for="file",
        ),
    ] = "auto"
    """Where pictures hold their depth: right of the colors (side-by-side), below (over-under), left, or above. auto:
    nowhere, except in videos of Record3D."""
    rgbd_code: Annotated[
        Literal["gray", "hue"],
        Traits(
            "Depth is written in",
            "Source",
            part="Depth of a file",
            names={"gray": "gray levels", "hue": "hues"},
            is_local=True,
            only_for="file",
        ),
    ] = "gray"
    """How pictures hold their depth: in gray levels, bright is near, or in hues, from red (near) over green to blue."""
    rgbd_invert: Annotated[
        bool, Traits("Dark is near", "Source", part="Depth of a file", is_local=True, only_for="file")
    ] = False
    """In pictures that hold their depth, dark is near, or the last hue."""
    rgbd_near: Annotated[
        float, Traits("Near end", "Source", part="Depth of a file", form="{} m", is_local=True, only_for="file")
    ] = Field(0.0, ge=0, le=1000)
    """Distance in meters of the near end of the gray levels or hues, if the far end is given."""
    rgbd_far: Annotated[
        float,
        Traits(
            "Far end", "Source", part="Depth of a file", form="{} m", zero="unknown", is_local=True, only_for="file"
        ),
    ] = Field(0.0, ge=0, le=1000)
    """Distance in meters of the far end of the gray levels or hues. 0: gray levels have no unit, and hues end at 3."""
    demo_depth: Annotated[bool, Traits("Use exact depth", "Source", is_local=True, only_for="demo")] = True
    """Use the demo's exact depth instead of a network."""


PACKED = ("rgbd", "rgbd_code", "rgbd_invert", "rgbd_near", "rgbd_far")
"""The settings of a source that say how its pictures hold their depth."""


class DepthSettings(Group):
    """How depth is estimated."""

    encoder: Annotated[
        AnyEncoder,
        Traits("Model", "Model", names=MODELS, is_simple=True, is_summary=True, is_common=True, loads_network=True),
    ] = "auto"
    """Depth network. lite is built in; vits, vitb and vitl are Video-Depth-Anything. auto: the best that is fast."""
    metric: Annotated[bool, Traits("Depth in meters", "Model", is_summary=True, is_common=True, loads_network=True)] = (
        False
    )
    """Use the metric version of the network, which estimates depth in meters."""
    device: Annotated[
        str, Traits("Runs on", "Model", is_summary=True, is_common=True, is_local=True, loads_network=True)
    ] = Field("auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")
    """Where the network runs: auto, cpu, cuda, cuda:N or mps."""
    precision: Annotated[Literal["auto", "fp32"], Traits("Precision", "Model", loads_network=True)] = "auto"
    """fp32 gives reproducible results. auto: the fastest precision that the device handles well."""
    backend: Annotated[
        Literal["auto", "torch", "openvino"],
        Traits(
            "Runs with", "Model", names={"torch": "PyTorch", "openvino": "OpenVINO"}, is_local=True, loads_network=True
        ),
    ] = "auto"
    """What runs lite and Video-Depth-Anything. auto: OpenVINO on a CPU if it is installed, otherwise torch."""
    input_size: Annotated[
        int,
        Traits("Model detail", "Model", form="{} px", zero="auto", is_common=True, is_slow=True, loads_network=True),
    ] = Field(0, ge=0, le=1036)
    """Short side of the network's input in pixels. 0: 518 on a GPU, 252 on a CPU."""
    mps_fallback: Annotated[bool, Traits("CPU helps out", "Model", is_local=True)] = True
    """On a Mac, run on the CPU what its GPU does not support. Without this, networks that need it fail."""
    checkpoints_dir: Annotated[Path | None, Traits("Folder of models", "Model", is_local=True, loads_network=True)] = (
        None
    )
    """Folder to search for weights before the default ones."""
    depth_min_percentile: Annotated[
        float, Traits("Range starts at", "Depth", part="Range and flicker", form="{} %")
    ] = Field(2.0, ge=0, le=49)
    """Percentile of the depth map that becomes the lower end of its range."""
    depth_max_percentile: Annotated[float, Traits("Range ends at", "Depth", part="Range and flicker", form="{} %")] = (
        Field(98.0, ge=51, le=100)
    )
    """Percentile of the depth map that becomes the upper end of its range."""
    temporal_filter: Annotated[bool, Traits("Reduce flicker", "Depth", part="Range and flicker")] = True
    """Reduce flicker where nothing moves, for networks that see one frame at a time, and keep cuts of lite steady."""
    range_time_s: Annotated[
        float, Traits("Range adapts in", "Depth", part="Range and flicker", form="{} s", zero="at once")
    ] = Field(1.0, ge=0, le=10)
    """Time constant, in seconds, with which the depth range follows the source. It restarts at scene cuts."""
    fov_deg: Annotated[
        float,
        Traits(
            "Field of view",
            "Camera",
            part="Lens",
            form="{}°",
            zero="unknown",
            is_slow=True,
            is_local=True,
            describes_camera=True,
        ),
    ] = Field(0.0, ge=0, le=150)
    """Horizontal field of view of the camera that took the frames, in degrees. 0: unknown, 60 is assumed."""
    focal_length_x: Annotated[float, _lens("Focal length, across")] = Field(0.0, ge=0, le=100_000)
    """Horizontal focal length in pixels, at the calibrated size. 0: unknown, the field of view is used."""
    focal_length_y: Annotated[float, _lens("Focal length, down")] = Field(0.0, ge=0, le=100_000)
    """Vertical focal length in pixels, at the calibrated size. 0: the same as the horizontal one."""
    principal_point_x: Annotated[float, _lens("Center, across")] = Field(0.0, ge=0, le=20_000)
    """Principal point, in pixels to the right of the leftmost pixel's center. 0: the middle."""
    principal_point_y: Annotated[float, _lens("Center, down")] = Field(0.0, ge=0, le=20_000)
    """Principal point, in pixels below the topmost pixel's center. 0: the middle."""
    calibrated_width: Annotated[int, _lens("Calibrated width")] = Field(0, ge=0, le=20_000)
    """Width in pixels of the frames that focal length and principal point refer to. 0: that of the geometry."""
    calibrated_height: Annotated[int, _lens("Calibrated height")] = Field(0, ge=0, le=20_000)
    """Height in pixels of the frames that focal length and principal point refer to. 0: that of the geometry."""

    @field_validator("calibrated_width", "calibrated_height")
    @classmethod
    def _fits_the_camera(cls, side: int, info: ValidationInfo) -> int:
        """Check it against the focal length and principal point, which are declared, and so validated, before."""
        axis = "x" if info.field_name == "calibrated_width" else "y"
        focal, center = (info.data.get(f"{name}_{axis}", 0.0) for name in ("focal_length", "principal_point"))
        if side and 0 < focal < SHORTEST_FOCAL * side:
            raise ValueError(f"does not fit a focal length of {focal:g} px")
        if side and center > side:
            raise ValueError(f"does not fit a principal point at {center:g} px")
        return side


class CaptureSettings(Group):
    """How captures are made and where they are saved."""

    capture_model: Annotated[CaptureModel, Traits("Capture model", "Model", part="Captures", is_common=True)] = "auto"
    """Network for captures. auto: da3-base, or da3metric-large for metric depth, or the best one installed."""
    capture_res: Annotated[int, Traits("Capture detail", "Model", part="Captures", form="{} px", is_slow=True)] = Field(
        1008, ge=140, le=2016
    )
    """Longest side in pixels of the input to Depth-Anything-3; at most that of the picture, or 504 if it is smaller."""
    captures_dir: Annotated[
        Path | None,
        Traits("Save to", "Output", zero="Documents, Pictures", is_summary=True, is_common=True, is_local=True),
    ] = None
    """Folder for captures, exports and pictures. Without one: `captures` in the current folder if that is there, else
    `da3d` in your documents, and your pictures."""
    calibrate: Annotated[bool, Traits("Calibrate depth", "Camera", part="Lens")] = True
    """Apply the scale and field of view of the newest Depth-Anything-3 capture to the live scene."""
    multi_view: Annotated[bool, Traits("Merge captures", "Output")] = False
    """Merge all captures into one point cloud. Needs da3-small, da3-base or da3-large."""
    least_confident: Annotated[float, Traits("Leave out unsure", "Output", is_share=True, is_slow=True)] = Field(
        0.3, ge=0, le=0.95
    )
    """Share of the pixels to leave out of a merged point cloud, least confident first."""
    replay_s: Annotated[float, Traits("Replay", "Output", form="{} s", zero="off", is_local=True)] = Field(
        20.0, ge=0, le=120
    )
    """How many of the last seconds are kept for instant replay (Backspace), in up to 256 MB of memory. 0: none."""
