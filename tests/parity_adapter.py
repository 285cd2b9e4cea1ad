"""What `tests/parity/harness.py` calls: published weights in, our results out."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.depth import StillDepth, StreamingDepth, infer_video
from engine.depth.preprocess import depth_anything3_input, video_depth_input
from engine.depth.runtime.precision import Precision, prepare
from engine.depth.still import read as read_out
from engine.models import build, load_published
from engine.models.checkpoints import read
from engine.models.depth_anything3 import AnyViewDepth
from engine.models.video_depth import VideoDepth

device = torch.device("cpu")
"""Where the networks run."""
_PRECISIONS: dict[str, Precision] = {"fp32": "fp32", "bf16": "auto"}


def _model(path: str, encoder: str, *, metric: bool = False) -> VideoDepth:
    model = build(f"{'metric-' if metric else ''}vda-{encoder}")
    load_published(model, read(Path(path)))
    assert isinstance(model, VideoDepth)
    return model.to(device)


def vda_stream(path: str, encoder: str, metric: bool, frames: NDArray[np.uint8], input_size: int, dtype: str):
    stream = StreamingDepth(_model(path, encoder), input_size=input_size, precision=_PRECISIONS[dtype])
    return np.stack([stream.infer(frame) for frame in frames])


def vda_offline(path: str, encoder: str, metric: bool, frames: NDArray[np.uint8], input_size: int, dtype: str):
    model = _model(path, encoder, metric=metric)
    return np.stack(list(infer_video(model, frames, input_size=input_size, precision=_PRECISIONS[dtype])))


@torch.inference_mode()
def vda_forward(path: str, encoder: str, x: NDArray[np.float32], dtype: str):
    model, torch_dtype = prepare(_model(path, encoder), _PRECISIONS[dtype])
    frames = torch.from_numpy(x[0]).to(device, torch_dtype)  # (T, 3, H, W)
    features = [_array(tokens) for tokens in model.encoder(frames)]
    return _array(model(frames)), features


def vda_preprocess(frame: NDArray[np.uint8], input_size: int):
    return video_depth_input(frame, input_size)[0].numpy()


def da3(path: str, name: str, images: list[NDArray[np.uint8]], dtype: str):
    with torch.device("meta"):  # drawing random weights for a large network takes seconds
        model = build(name)
    load_published(model.to_empty(device="cpu"), read(Path(path)))
    said = StillDepth(model.to(device), precision=_PRECISIONS[dtype]).predict(
        images, rays=isinstance(model, AnyViewDepth)
    )
    views = read_out(said)
    return {
        "raw_depth": _array(said.depth),
        "depth": views.depth,
        "conf": views.confidence,
        "sky": views.sky,
        "ray": None if said.rays is None else _array(said.rays),
        "ray_conf": None if said.ray_confidence is None else _array(said.ray_confidence),
        "extrinsics": views.extrinsics,
        "intrinsics": views.intrinsics,
    }


def da3_preprocess(image: NDArray[np.uint8], process_res: int):
    return depth_anything3_input(image, process_res)[0].numpy()


def _array(values: torch.Tensor) -> NDArray[np.float32]:
    return values.float().cpu().numpy()
