"""A hub on this machine: enough of the Hugging Face protocol to list one repository and hand out its files."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def serving(folder: Path, name: str, *, revisions: tuple[str, ...] = ("main",)) -> Iterator[tuple[str, list[str]]]:
    """Gives the hub's address and the list of paths that were asked for so far."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self._answer(self.path.partition("?")[0])

        do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

        def _answer(self, path: str) -> None:
            known = (*revisions, COMMIT)
            if name not in path:
                self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
            elif path.removeprefix(f"/api/models/{name}/revision/") in known:
                self._send(200, json.dumps({"id": name, "sha": COMMIT, "siblings": []}).encode())
            elif "/revision/" in path:
                self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
            elif path.startswith(f"/api/models/{name}/tree/"):
                self._send(200, json.dumps([_entry(folder, file) for file in _files(folder)]).encode())
            else:
                content = (folder / path.removeprefix(f"/{name}/resolve/{COMMIT}/")).read_bytes()
                self._send(200, content, {"ETag": f'"{sha256(content).hexdigest()}"', "X-Repo-Commit": COMMIT})

        def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _entry(folder: Path, file: Path) -> dict[str, str | int]:
    content = file.read_bytes()
    path = str(file.relative_to(folder))
    return {"type": "file", "path": path, "size": len(content), "oid": sha256(content).hexdigest()[:40]}
