"""Decoder of camera tokens into cameras (Depth-Anything-3, https://arxiv.org/abs/2511.10647, §3)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_SMALLEST_TANGENT = 1e-6  # keeps the focal length finite where the field of view is 0


class CameraDecoder(nn.Module):
    """Camera tokens (N, C) -> extrinsics (N, 3, 4), world to camera, OpenCV axes, and intrinsics (N, 3, 3), pixels."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.translation = nn.Linear(width, 3)
        self.quaternion = nn.Linear(width, 4)
        self.field_of_view = nn.Linear(width, 2)

    def forward(self, tokens: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """`size`: height and width of the images in pixels."""
        hidden = self.mlp(tokens)
        rotation = rotation_of(_in_float32(self.quaternion, hidden)).transpose(1, 2)  # the inverse of camera to world
        translation = -rotation @ _in_float32(self.translation, hidden)[:, :, None]
        fields_of_view = F.relu(_in_float32(self.field_of_view, hidden))
        return torch.cat([rotation, translation], 2), intrinsics_of(fields_of_view, size)


def rotation_of(quaternion: Tensor) -> Tensor:
    """Return rotation matrices (N, 3, 3) of quaternions (N, 4), which have the real part last and any length but 0."""
    x, y, z, w = F.normalize(quaternion, dim=1).unbind(1)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    return torch.stack([torch.stack(row, 1) for row in rows], 1)


def intrinsics_of(fields_of_view: Tensor, size: tuple[int, int]) -> Tensor:
    """Return centered pinhole matrices (N, 3, 3) for vertical and horizontal fields of view (N, 2) in radians."""
    half = fields_of_view.new_tensor(size) / 2  # (height, width)
    focal = half / (fields_of_view / 2).tan().clamp(min=_SMALLEST_TANGENT)
    matrices = torch.diag_embed(F.pad(focal.flip(1), (0, 1), value=1))
    matrices[:, :2, 2] = half.flip(0)
    return matrices


def _in_float32(layer: nn.Linear, x: Tensor) -> Tensor:
    return F.linear(x.float(), layer.weight.float(), layer.bias.float())
