"""A small hub on this machine, for the real client: `HF_ENDPOINT` leads to it."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MB = 1_000_000
_OTHER_HOST = "127.1"  # the same by another name, which needs no /etc/hosts


class Hub:
    """Serves `files`, {"owner/repo/name": content}, as the Hugging Face hub does.

    cut_at: break the connection at this byte of the file, the first time it is reached.
    stall_at: send nothing more from this byte on, without breaking the connection.
    sha256: what the hub says instead of the truth.
    has_cdn: answer with a redirect to another host, which has the content and knows nothing else of it.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.cut_at: int | None = None
        self.stall_at: int | None = None
        self.sha256: str | None = None
        self.has_cdn = False
        self.ranges: list[str | None] = []
        """The Range header of each GET."""
        self.sent = 0
        self.has_stalled, self._ends = threading.Event(), threading.Event()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                hub._answer(self, with_content=False)

            def do_GET(self) -> None:
                hub._answer(self, with_content=True)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """What leads a program here and nowhere else."""
        return {"HF_ENDPOINT": f"http://127.0.0.1:{self._server.server_port}", "HF_HUB_OFFLINE": "0"}

    def close(self) -> None:
        self._ends.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler, *, with_content: bool) -> None:
        is_cdn = request.path.startswith("/cdn/")
        repo, _, name = request.path.removeprefix("/cdn").lstrip("/").partition("/resolve/main/")
        content = self.files.get(f"{repo}/{name}")
        if content is None:
            has_repo = any(key.startswith(f"{repo}/") for key in self.files)
            request.send_response(404)
            request.send_header("X-Error-Code", "EntryNotFound" if has_repo else "RepoNotFound")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        sha256 = self.sha256 or hashlib.sha256(content).hexdigest()
        if self.has_cdn and not is_cdn:
            request.send_response(302)
            request.send_header("Location", f"http://{_OTHER_HOST}:{self._server.server_port}/cdn{request.path}")
            request.send_header("Content-Length", "0")
            self._send_facts(request, sha256, len(content))
            request.end_headers()
            return
        start = 0
        if with_content:
            wanted = request.headers.get("Range")
            self.ranges.append(wanted)
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        request.send_response(206 if start else 200)
        if not is_cdn:
            self._send_facts(request, sha256, len(content))
        request.send_header("Content-Length", str(len(content) - start))
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.end_headers()
        if with_content:
            self._send(request, content, start)

    def _send_facts(self, request: BaseHTTPRequestHandler, sha256: str, size: int) -> None:
        request.send_header("X-Repo-Commit", "0" * 40)
        request.send_header("X-Linked-Etag", f'"{sha256}"')
        request.send_header("X-Linked-Size", str(size))

    def _send(self, request: BaseHTTPRequestHandler, content: bytes, start: int) -> None:
        ends = [at for at in (self.cut_at, self.stall_at) if at is not None and at > start]
        part = content[start : min(ends, default=len(content))]
        request.wfile.write(part)
        request.wfile.flush()
        self.sent += len(part)
        if start + len(part) == self.cut_at:
            self.cut_at = None
            request.close_connection = True
        elif start + len(part) == self.stall_at:
            self.has_stalled.set()
            self._ends.wait(60)
