"""Fetches published weights: only when asked, resumable, checked against the hub's sha256, never half-written."""

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
"""Is told how many bytes are there, and how many there will be."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LOCK_S = 1.0
"""How long to wait for another program that fetches the same file."""


class _NotOnHub(Exception):  # noqa: N818 (another place may have it)
    """The hub answers, and does not have the file."""


def download(name: str, checkpoints_dir: Path | None = None, progress: Progress = lambda done, total: None) -> Path:
    """Fetch the weights of `name` to the first writable place of the search path, unless they are there; the path.

    What came before an interruption is kept, and the next call goes on from there. Any thread may call it.
    Raises DownloadError, with the command and the link; CheckpointError if nothing is called `name`.
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
            reason = reason or str(error)  # the preferred place is the one to name
        except DownloadError as error:
            raise _failed(checkpoint, checkpoints_dir, str(error)) from error
        else:
            return target
    raise _failed(checkpoint, checkpoints_dir, reason)


def writable_dir(checkpoints_dir: Path | None = None) -> Path:
    """The first folder of the search path that can be written to; it is made if need be. Raises DownloadError."""
    folders = checkpoint_dirs(checkpoints_dir)
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    tried = ", ".join(map(str, folders))
    raise DownloadError(f"no folder for weights can be written to ({tried}); name one with --checkpoints-dir")


def known_sha256(path: Path) -> str | None:
    """What the hub said the hash of `path` is: kept beside a download, or in the hub cache's own file name."""
    record = _record(path)
    if record.is_file():
        words = record.read_text(encoding="ascii", errors="replace").split()
        if words and _SHA256.fullmatch(words[0]):
            return words[0]
    blob = path.resolve().name  # the cache's snapshots are links to files that are named after their hash
    return blob if _SHA256.fullmatch(blob) else None


def sha256_of(path: Path) -> str:
    """The hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(file: HubFile, target: Path, progress: Progress) -> None:
    """One file from the hub. Raises _NotOnHub or DownloadError."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.utils import WeakFileLock

    try:
        found = get_hf_file_metadata(hf_hub_url(file.repo, file.name), token=False)
    except Exception as error:
        raise _translated(error, file) from error
    sha256, size = found.etag or "", found.size
    if not _SHA256.fullmatch(sha256) or size is None:
        raise DownloadError("the server tells neither size nor sha256 of the file, so it could not be checked")
    target.parent.mkdir(parents=True, exist_ok=True)
    # with the hash in its name, what is there of one version is never completed with another
    partial = target.with_name(f".{target.name}.{sha256[:16]}.part")
    locks = cache_dir() / "downloads"
    locks.mkdir(parents=True, exist_ok=True)
    try:
        with WeakFileLock(locks / f"{sha256}.lock", timeout=_LOCK_S):
            _receive(found.location, partial, size, progress, file)
            if sha256_of(partial) != sha256:
                partial.unlink()
                raise DownloadError("what arrived is not what the hub published (another sha256), and was deleted")
            _record(target).write_text(f"{sha256}  {target.name}\n", encoding="ascii")
            partial.replace(target)
    except TimeoutError as error:
        raise DownloadError("another program is fetching it right now") from error
    except OSError as error:
        raise DownloadError(f"{target} cannot be written ({error.strerror or error})") from error


def _receive(url: str, partial: Path, size: int, progress: Progress, file: HubFile) -> None:
    """Append to `partial` what is missing of it. Connections that break are taken up again a few times."""
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers, disable_progress_bars

    have = partial.stat().st_size if partial.exists() else 0
    if have == size:
        return
    free = shutil.disk_usage(partial.parent).free
    if free < size - have:
        raise DownloadError(f"{(size - have) / 1e6:.0f} MB are needed and {partial.parent} has {free / 1e6:.0f} free")
    disable_progress_bars("huggingface_hub.http_get")  # we show our own
    progress(have, size)
    # The client's own download function starts anew each time; this one, below it, can go on.
    with partial.open("ab") as content:
        try:
            http_get(
                url, _Watched(content, size, progress), resume_size=have, headers=build_hf_headers(token=False),
                expected_size=size,
            )  # fmt: skip
        except Exception as error:
            kept = "; what has come is kept, and the next try goes on from there" if content.tell() else ""
            raise DownloadError(f"{_translated(error, file)}{kept}") from error


class _Watched:
    """A file that tells how far it is."""

    def __init__(self, file: BinaryIO, size: int, progress: Progress) -> None:
        self._file, self._size, self._progress = file, size, progress
        self.seek, self.tell, self.flush = file.seek, file.tell, file.flush

    def write(self, data: bytes) -> int:
        written = self._file.write(data)
        self._progress(self._file.tell(), self._size)
        return written

    def truncate(self) -> int:
        """Cut the file where it stands: the server does not know how to go on, and sends all of it again."""
        size = self._file.truncate()
        self._progress(size, self._size)
        return size


def _translated(error: Exception, file: HubFile) -> Exception:
    """A failure of the hub's client in our words."""
    from huggingface_hub.errors import (
        EntryNotFoundError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    if isinstance(error, EntryNotFoundError | RepositoryNotFoundError):
        return _NotOnHub(f"the hub has no {file.repo}/{file.name}")
    if isinstance(error, OfflineModeIsEnabled):
        return DownloadError("HF_HUB_OFFLINE is set, so nothing is fetched; unset it to download")
    if isinstance(error, OSError) and error.errno is not None:  # not the network's: the client wraps those
        return DownloadError(f"it cannot be written ({error.strerror})")
    if isinstance(error, HfHubHTTPError):
        return DownloadError(f"the hub answers with status {error.response.status_code}")
    text = str(error).strip().splitlines()
    return DownloadError(f"the hub cannot be reached ({text[0] if text else type(error).__name__})")


def _failed(checkpoint: Checkpoint, checkpoints_dir: Path | None, reason: str) -> DownloadError:
    return DownloadError(f"{checkpoint.name} was not fetched: {reason}. {how_to_get(checkpoint, checkpoints_dir)}")


def _record(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
