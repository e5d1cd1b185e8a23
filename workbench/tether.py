"""Runs a command that may not outlive the process that started it: `python -m workbench.tether PID SIGNAL COMMAND…`.

The kernel sends SIGNAL to the command when process PID is gone, by SIGKILL too. Elsewhere than on Linux it only runs.
Imports nothing of the project, so that nothing happens before the tether holds.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def hold(parent: int, death_signal: signal.Signals) -> None:
    """Ties this process to `parent`, and ends it at once where the parent is gone already."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(128 + int(death_signal))


def tethered(command: list[str], death_signal: signal.Signals = signal.SIGKILL) -> list[str]:
    """The command line to start from the main thread: the tether is to the starting thread, not to its process."""
    return [sys.executable, "-m", "workbench.tether", str(os.getpid()), death_signal.name, *command]


if __name__ == "__main__":
    hold(int(sys.argv[1]), signal.Signals[sys.argv[2]])
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 - no shell is wanted
