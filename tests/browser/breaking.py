"""A way to the web server that breaks off some of its answers in the middle, as a lost connection does."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

OWN = {"connection", "transfer-encoding", "content-length", "date", "server"}


@dataclass
class Way:
    address: str
    breaks: list[str] = field(default_factory=list)  # ends of paths, each for the next request of such a path


@contextmanager
def way_to(address: str) -> Iterator[Way]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    way = Way(f"http://127.0.0.1:{server.server_port}")
    _Handler.target, _Handler.way = urlsplit(address).netloc, way
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield way
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    target: str
    way: Way

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with closing(HTTPConnection(self.target)) as connection:
            connection.request(self.command, self.path, sent, dict(self.headers))
            answer = connection.getresponse()
            body = answer.read()
        with suppress(ConnectionError):  # a page that was left does not wait for its answers
            self._answer(answer, body)

    def _answer(self, answer: HTTPResponse, body: bytes) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OWN:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = next((end for end in self.way.breaks if self.path.endswith(end)), None)
        if cut is not None:
            self.way.breaks.remove(cut)
        self.wfile.write(body if cut is None else body[: len(body) // 2])

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Says nothing."""
