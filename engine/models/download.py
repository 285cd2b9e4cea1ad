"""Downloads of published weights: resumable, and checked against the sha256 of the hub."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from engine.errors import DownloadError
from engine.models.catalog import Checkpoint, HubFile, absent_message, entry, find, how_to_get
from engine.paths import cache_dir, checkpoint_dirs

Progress = Callable[[int, int], None]
"""Called with the number of bytes that have arrived, and the total."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LOCK_S = 1.0
"""How long to wait for another program that downloads the same file."""


class _NotOnHub(Exception):  # noqa: N818 (another repository may have it)
    """The hub does not have the file."""


def download(name: str, checkpoints_dir: Path | None = None, progress: Progress = lambda done, total: None) -> Path:
    """Download the weights of `name` to the first writable folder of the search path, unless they are there.

    Returns the path. After an interruption, the next call continues. Any thread may call it.
    Raises DownloadError, with the command and the link to try again, and CheckpointError for an unknown name.
    """
    checkpoint = entry(name)
    present = find(name, checkpoints_dir)
    if present is not None:
        return present
    if not checkpoint.hub:
        raise DownloadError(absent_message(checkpoint))
    target = writable_dir(checkpoints_dir) / checkpoint.files[0]
    reason = ""
    for file in checkpoint.hub:
        try:
            _fetch(file, target, progress)
        except _NotOnHub as error:
            reason = reason or str(error)  # name the preferred repository
        except DownloadError as error:
            raise _failed(checkpoint, checkpoints_dir, str(error)) from error
        else:
            return target
    raise _failed(checkpoint, checkpoints_dir, reason)


def writable_dir(checkpoints_dir: Path | None = None) -> Path:
    """Return the first writable folder of the search path; it is created if needed. Raises DownloadError."""
    folders = checkpoint_dirs(checkpoints_dir)
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    tried = ", ".join(map(str, folders))
    raise DownloadError(f"no folder for weights is writable ({tried}); choose one with --checkpoints-dir")


def known_sha256(path: Path) -> str | None:
    """Return the hash that the hub gave for `path`, from the file beside it or its name in the hub's cache."""
    record = _record(path)
    if record.is_file():
        words = record.read_text(encoding="ascii", errors="replace").split()
        if words and _SHA256.fullmatch(words[0]):
            return words[0]
    blob = path.resolve().name  # snapshots in the cache are links to files named after their hash
    return blob if _SHA256.fullmatch(blob) else None


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(file: HubFile, target: Path, progress: Progress) -> None:
    """Download one file from the hub. Raises _NotOnHub or DownloadError."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.utils import WeakFileLock

    try:
        found = get_hf_file_metadata(hf_hub_url(file.repo, file.name), token=False)
    except Exception as error:
        raise _translated(error, file) from error
    sha256, size = found.etag or "", found.size
    if not _SHA256.fullmatch(sha256) or size is None:
        raise DownloadError("the server does not give the size and sha256 of the file, so it cannot be checked")
    target.parent.mkdir(parents=True, exist_ok=True)
    # the hash in the name keeps parts of different versions apart
    partial = target.with_name(f".{target.name}.{sha256[:16]}.part")
    locks = cache_dir() / "downloads"
    locks.mkdir(parents=True, exist_ok=True)
    try:
        with WeakFileLock(locks / f"{sha256}.lock", timeout=_LOCK_S):
            _receive(found.location, partial, size, progress, file)
            if sha256_of(partial) != sha256:
                partial.unlink()
                raise DownloadError("the downloaded file has a wrong sha256 and was deleted")
            _record(target).write_text(f"{sha256}  {target.name}\n", encoding="ascii")
            partial.replace(target)
    except TimeoutError as error:
        raise DownloadError("another program is downloading it now") from error
    except OSError as error:
        raise DownloadError(f"{target} cannot be written ({error.strerror or error})") from error


def _receive(url: str, partial: Path, size: int, progress: Progress, file: HubFile) -> None:
    """Append the rest of the file to `partial`. Broken connections are retried a few times."""
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers, disable_progress_bars

    have = partial.stat().st_size if partial.exists() else 0
    if have == size:
        return
    free = shutil.disk_usage(partial.parent).free
    if free < size - have:
        raise DownloadError(f"it needs {(size - have) / 1e6:.0f} MB, and {partial.parent} has {free / 1e6:.0f} MB free")
    disable_progress_bars("huggingface_hub.http_get")  # we have our own
    progress(have, size)
    # hf_hub_download starts again each time; http_get, which it uses, can continue
    with partial.open("ab") as content:
        try:
            http_get(
                url, _Watched(content, size, progress), resume_size=have, headers=build_hf_headers(token=False),
                expected_size=size,
            )  # fmt: skip
        except Exception as error:
            kept = "; the next try continues where this one stopped" if content.tell() else ""
            raise DownloadError(f"{_translated(error, file)}{kept}") from error


class _Watched:
    """A file that reports progress when it is written to."""

    def __init__(self, file: BinaryIO, size: int, progress: Progress) -> None:
        self._file, self._size, self._progress = file, size, progress
        self.seek, self.tell, self.flush = file.seek, file.tell, file.flush

    def write(self, data: bytes) -> int:
        written = self._file.write(data)
        self._progress(self._file.tell(), self._size)
        return written

    def truncate(self) -> int:
        """Cut the file at its position, since the server cannot continue and sends all of it again."""
        size = self._file.truncate()
        self._progress(size, self._size)
        return size


def _translated(error: Exception, file: HubFile) -> Exception:
    """Turn an error of the hub's client into ours."""
    from huggingface_hub.errors import (
        EntryNotFoundError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    if isinstance(error, EntryNotFoundError | RepositoryNotFoundError):
        return _NotOnHub(f"the hub has no {file.repo}/{file.name}")
    if isinstance(error, OfflineModeIsEnabled):
        return DownloadError("HF_HUB_OFFLINE is set; unset it to download")
    if (
        isinstance(error, OSError) and error.errno is not None
    ):  # an error of the disk; the client wraps those of the network
        return DownloadError(f"it cannot be written ({error.strerror})")
    if isinstance(error, HfHubHTTPError):
        return DownloadError(f"the hub answers with status {error.response.status_code}")
    text = str(error).strip().splitlines()
    return DownloadError(f"the hub cannot be reached ({text[0] if text else type(error).__name__})")


def _failed(checkpoint: Checkpoint, checkpoints_dir: Path | None, reason: str) -> DownloadError:
    return DownloadError(f"{checkpoint.name} was not downloaded: {reason}. {how_to_get(checkpoint, checkpoints_dir)}")


def _record(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
