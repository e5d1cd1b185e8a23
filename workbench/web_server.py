"""What gunicorn is told beside its command line: `--config python:workbench.web_server`."""

import signal
from typing import Any

from workbench.tether import hold


def post_fork(server: Any, worker: Any) -> None:
    """A worker left behind by a killed master would keep the port for half a minute: no other master could take it."""
    hold(server.pid, signal.SIGKILL)
