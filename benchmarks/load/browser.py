"""The little of a browser that a load needs: cookies, a kept connection, the CSRF header. No framework, so that the
client costs the processors next to nothing."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

IDLE_SECONDS = 1.0  # gunicorn closes a kept connection after two; a browser opens another without a word
TIMEOUT = 60.0


class Unreachable(OSError):
    """No answer came: nobody knows what became of the request."""


@dataclass(frozen=True)
class Response:
    status: int
    text: str
    seconds: float
    headers: Mapping[str, str]


@dataclass
class Browser:
    """For one thread at a time."""

    address: tuple[str, int]
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None
    _used: float = 0.0

    def sign_in(self, name: str, password: str) -> None:
        self.get("/sign-in/")
        answer = self.post("/sign-in/", {"username": name, "password": password})
        if answer.status != 302 or "sessionid" not in self.cookies:
            raise RuntimeError(f"{name} could not sign in: {answer.status}")

    def twin(self) -> "Browser":
        """The same session on a connection of its own, as a browser sends two requests at once."""
        return Browser(self.address, self.cookies)

    def get(self, path: str) -> Response:
        return self._send("GET", path)

    def post(self, path: str, form: Mapping[str, str] | None = None) -> Response:
        return self._send("POST", path, urlencode(form or {}))

    def _send(self, method: str, path: str, body: str | None = None) -> Response:
        headers = {"X-Requested-With": "fetch", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"X-CSRFToken": self.cookies.get("csrftoken", "")}
        start = time.perf_counter()
        try:
            connection = self._connected(start)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unreachable(str(error)) from error
        self._used = time.perf_counter()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Response(answer.status, text, self._used - start, dict(answer.headers))

    def _connected(self, now: float) -> http.client.HTTPConnection:
        if self._connection is not None and now - self._used > IDLE_SECONDS:
            self.close()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
