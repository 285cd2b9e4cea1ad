"""The viewer's orbit camera, and its matrices."""

from dataclasses import dataclass, replace
from math import cos, radians, sin

from pyglm import glm

from engine.frames import Intrinsics

MAX_PITCH_RAD = radians(89)
CLIP_NEAR = 0.02
CLIP_FAR = 20_000.0


@dataclass(frozen=True, slots=True)
class Camera:
    """An orbit camera: looks at `pivot` from `distance`, along −z if yaw and pitch are 0. Home is at the origin."""

    pivot: tuple[float, float, float] = (0.0, 0.0, -2.0)
    yaw_rad: float = 0.0
    """Positive moves the camera to the right of the scene."""
    pitch_rad: float = 0.0
    """Positive moves the camera above the scene."""
    distance: float = 2.0
    zoom: float = 1.0
    """Focal length relative to that which just shows the whole picture."""

    @classmethod
    def home(cls, distance: float) -> "Camera":
        """Return the camera of the picture, with its pivot at `distance`."""
        return cls(pivot=(0.0, 0.0, -distance), distance=distance)

    @property
    def position(self) -> glm.vec3:
        """Position of the eye in world units."""
        return glm.vec3(self.pivot) + self.distance * self.backward

    @property
    def backward(self) -> glm.vec3:
        """Unit vector from the pivot to the eye."""
        flat = cos(self.pitch_rad)
        return glm.vec3(sin(self.yaw_rad) * flat, sin(self.pitch_rad), cos(self.yaw_rad) * flat)

    @property
    def right(self) -> glm.vec3:
        return glm.vec3(cos(self.yaw_rad), 0, -sin(self.yaw_rad))

    @property
    def up(self) -> glm.vec3:
        return glm.cross(self.backward, self.right)

    def view_matrix(self) -> glm.mat4:
        """Return the matrix from world to eye space."""
        return glm.lookAt(self.position, glm.vec3(self.pivot), glm.vec3(0, 1, 0))

    def scaled(self, factor: float) -> "Camera":
        """Return the camera that sees the scene, scaled by `factor`, as this one sees it unscaled."""
        x, y, z = self.pivot
        return replace(self, pivot=(x * factor, y * factor, z * factor), distance=self.distance * factor)

    def orbited(self, yaw_rad: float, pitch_rad: float) -> "Camera":
        """Return the camera after an orbit around the pivot, limited to MAX_PITCH_RAD."""
        pitch = max(-MAX_PITCH_RAD, min(MAX_PITCH_RAD, self.pitch_rad + pitch_rad))
        return replace(self, yaw_rad=self.yaw_rad + yaw_rad, pitch_rad=pitch)


def projection_matrix(
    intrinsics: Intrinsics, picture_px: tuple[int, int], view_px: tuple[int, int], units: float = 1.0
) -> glm.mat4:
    """Return the projection that just fits the whole picture into the view, from the camera of the picture.

    picture_px: (width, height) of the intrinsics; view_px: (width, height) of the framebuffer; units: `world_units`.
    """
    (picture_w, picture_h), (view_w, view_h) = picture_px, view_px
    fx, fy, cx, cy = intrinsics[0, 0], intrinsics[1, 1], intrinsics[0, 2], intrinsics[1, 2]
    left, right = -cx / fx, (picture_w - cx) / fx
    bottom, top = -(picture_h - cy) / fy, cy / fy
    # widen one pair of sides until the frustum has the aspect ratio of the view
    stretch = (view_w / view_h) / ((right - left) / (top - bottom))
    if stretch > 1:
        left, right = _widened(left, right, stretch)
    else:
        bottom, top = _widened(bottom, top, 1 / stretch)
    n = CLIP_NEAR * units
    return glm.frustum(left * n, right * n, bottom * n, top * n, n, CLIP_FAR * units)


def picture_share(intrinsics: Intrinsics, picture_px: tuple[int, int], view_px: tuple[int, int]) -> float:
    """Return the share of the view's width that the picture has under `projection_matrix`."""
    fx, fy = intrinsics[0, 0], intrinsics[1, 1]
    stretch = (view_px[0] / view_px[1]) / ((picture_px[0] / fx) / (picture_px[1] / fy))
    return float(min(1.0, 1 / stretch))


def shifted(projection: glm.mat4, share: float) -> glm.mat4:
    """Return `projection` with everything `share` of the view's width farther right. Perspective stays as it is."""
    return glm.mat4(glm.translate(glm.vec3(2 * share, 0, 0)) * projection)


def beside(projection: glm.mat4, picture: float, covered: float, least: float) -> glm.mat4:
    """Return `projection` with its picture beside what is covered at the left of the view.

    picture, covered: the shares of the view's width that they take. least: the picture becomes no smaller than this
    share of its size; then it lies at the right border.
    """
    zoom = min(max((1 - covered) / picture, least), 1.0)
    return shifted(zoomed(projection, zoom), min(covered, 1 - zoom * picture) / 2)


def zoomed(projection: glm.mat4, zoom: float) -> glm.mat4:
    """Return `projection` with `zoom` times the focal length. The middle of the view stays in place."""
    return glm.mat4(glm.scale(glm.vec3(zoom, zoom, 1)) * projection)


def _widened(low: float, high: float, factor: float) -> tuple[float, float]:
    middle, half = (low + high) / 2, (high - low) / 2 * factor
    return middle - half, middle + half
