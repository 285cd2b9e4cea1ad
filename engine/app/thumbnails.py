"""Small pictures of recent sources and of what was made, kept in the user's cache."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from engine.files.atomic import complete_file
from engine.frames import Image
from engine.gl.image_texture import ImageTexture
from engine.jobs import Job, JobRunner

SIZE = (192, 108)
"""Width and height; pictures of other proportions are cropped."""
MOST = 2000
"""The oldest beyond this number are deleted."""
_AT_ONCE = 8
"""How many are read at a time: those that are asked for later may have been scrolled out of sight."""
_ON_GPU = 128
"""How many textures there are; those that were not shown for longest go first."""

Make = Callable[[], Image | None]
"""Makes a picture of any size; None if that cannot be."""


class Thumbnails:
    """Saves and reads pictures in the background, and shows them as textures. GL thread only."""

    def __init__(self, folder: Path, make_texture: Callable[[], ImageTexture]) -> None:
        self._folder, self._make_texture = folder, make_texture
        self._jobs = JobRunner("thumbnails")  # without a cache the program does without them
        self._saved: set[str] = set()
        self.arrived = 0
        """Counts the pictures that were read."""
        self._reading: dict[str, Job[Image | None]] = {}
        self._textures: OrderedDict[str, ImageTexture | None] = OrderedDict()

    def save(self, name: str, image: Image) -> None:
        """Save a picture of the source `name`, unless that was done in this run."""
        if name in self._saved:
            return
        self._saved.add(name)

        def write(job: Job[None]) -> None:
            self._write(name, cropped(image))

        self._jobs.start("saving a thumbnail", write)

    def update(self) -> None:
        """Make textures of the pictures that have arrived. Once per iteration of the loop."""
        for name, job in list(self._reading.items()):
            if job.is_done:
                del self._reading[name]
                self._show(name, job.result)
                self.arrived += 1

    def texture(self, name: str, make: Make = lambda: None) -> int | None:
        """Return OpenGL's number of the texture with the picture of `name`; None while there is none.

        It is read in the background. `make` is called there if no picture was saved, and its result is saved.
        """
        if name not in self._textures:
            if name not in self._reading and len(self._reading) < _AT_ONCE:
                self._reading[name] = self._jobs.start("reading a thumbnail", lambda job: self._read(name, make))
            return None
        self._textures.move_to_end(name)
        texture = self._textures[name]
        return texture.handle if texture is not None else None

    def release(self) -> None:
        """Free the textures, and stop reading; pictures are read again when they are needed."""
        for job in self._reading.values():
            job.cancel()
        self._reading.clear()
        for texture in self._textures.values():
            if texture is not None:
                texture.release()
        self._textures.clear()

    def _show(self, name: str, image: Image | None) -> None:
        """Make a texture of `image`, in place of the one that was shown longest ago if there are many."""
        texture = self._make_texture() if image is not None else None
        if texture is not None and image is not None:
            texture.write(image)
        self._textures[name] = texture
        while len(self._textures) > _ON_GPU:
            _, oldest = self._textures.popitem(last=False)
            if oldest is not None:
                oldest.release()

    def _file(self, name: str) -> Path:
        return self._folder / f"{sha256(name.encode()).hexdigest()[:24]}.jpg"

    def _read(self, name: str, make: Make) -> Image | None:
        import cv2

        file = self._file(name)
        pixels = cv2.imread(str(file)) if file.exists() else None
        if pixels is not None:
            saved: Image = pixels[..., ::-1]
            return saved
        image = make()
        if image is None:
            return None
        small = cropped(image)
        self._write(name, small)
        return small

    def _write(self, name: str, small: Image) -> None:
        import cv2

        _, data = cv2.imencode(".jpg", small[..., ::-1])
        with complete_file(self._file(name), mode=0o600) as path:
            path.write_bytes(data.tobytes())
        files = sorted(self._folder.glob("*.jpg"), key=lambda file: file.stat().st_mtime)
        for file in files[:-MOST]:
            file.unlink(missing_ok=True)


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
