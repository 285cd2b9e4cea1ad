"""Small pictures of recent sources, kept in the user's cache."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from engine.files.atomic import complete_file
from engine.frames import Image
from engine.gl.image_texture import ImageTexture
from engine.jobs import Job, JobRunner

SIZE = (192, 108)
"""Width and height; pictures of other proportions are cropped."""
MOST = 32
"""The oldest beyond this number are deleted."""


class Thumbnails:
    """Saves pictures in the background, and shows them as textures. GL thread only."""

    def __init__(self, folder: Path, make_texture: Callable[[], ImageTexture]) -> None:
        self._folder, self._make_texture = folder, make_texture
        self._jobs = JobRunner("thumbnails")  # without a cache the program does without them
        self._saved: set[str] = set()
        self._textures: dict[str, ImageTexture | None] = {}

    def save(self, name: str, image: Image) -> None:
        """Save a picture of the source `name`, unless that was done in this run."""
        if name in self._saved:
            return
        self._saved.add(name)

        def write(job: Job[None]) -> None:
            import cv2

            _, data = cv2.imencode(".jpg", cropped(image)[..., ::-1])
            with complete_file(self._file(name), mode=0o600) as path:
                path.write_bytes(data.tobytes())
            files = sorted(self._folder.glob("*.jpg"), key=lambda file: file.stat().st_mtime)
            for file in files[:-MOST]:
                file.unlink(missing_ok=True)

        self._jobs.start("saving a thumbnail", write)

    def texture(self, name: str) -> int | None:
        """Return OpenGL's number of the texture with the picture of `name`; None if there is no picture."""
        if name not in self._textures:
            self._textures[name] = self._load(name)
        texture = self._textures[name]
        return texture.handle if texture is not None else None

    def release(self) -> None:
        """Free the textures; they are read again when they are needed."""
        for texture in self._textures.values():
            if texture is not None:
                texture.release()
        self._textures.clear()

    def _file(self, name: str) -> Path:
        return self._folder / f"{sha256(name.encode()).hexdigest()[:24]}.jpg"

    def _load(self, name: str) -> ImageTexture | None:
        import cv2

        file = self._file(name)
        pixels = cv2.imread(str(file)) if file.exists() else None
        if pixels is None:
            return None
        texture = self._make_texture()
        texture.write(pixels[..., ::-1])
        return texture


def cropped(image: Image) -> Image:
    """Return the middle of `image` (H, W, 3) as large as a thumbnail; of an upright one what is above, as faces are."""
    import cv2

    (height, width), (w, h) = image.shape[:2], SIZE
    scale = min(width / w, height / h)
    across, down = max(1, round(w * scale)), max(1, round(h * scale))
    left, top = (width - across) // 2, (height - down) // 8
    middle = image[top : top + down, left : left + across]
    small: Image = cv2.resize(middle, SIZE, interpolation=cv2.INTER_AREA)
    return small
