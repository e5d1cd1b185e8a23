"""What gunicorn is told beside its command line: `--config python:workbench.web_server`."""

import signal
import sys
from typing import Any

from workbench.tether import hold

TURN = 0.0005  # seconds
# Neither query string nor referrer: what people search for is nobody's to read in a log.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s "%(a)s"'


def post_fork(server: Any, worker: Any) -> None:
    """A worker left behind by a killed master would keep the port for half a minute: no other master could take it.

    Its threads take short turns: a request lets go of the interpreter at each of its statements, and with turns of
    5 ms, as they come, waits up to that long to have it back, forty times a verdict.
    """
    hold(server.pid, signal.SIGKILL)
    sys.setswitchinterval(TURN)
