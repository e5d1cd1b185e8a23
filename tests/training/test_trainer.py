"""The training process: its sentences, its events, and that nothing of it outlives us."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from training import trainer
from training.trainer import TrainerFailed, run_trainer

pytestmark = pytest.mark.services


def nothing() -> None:
    """Checks nothing."""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Another program in the trainer's place, under the same tether and in the same group."""
    tethered = trainer.tethered
    monkeypatch.setattr(trainer, "tethered", lambda command: tethered([sys.executable, "-c", code, command[-1]]))


def test_a_user_s_error_is_the_trainer_s_own_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrainerFailed, match="holds no training job"):
        run_trainer(tmp_path, print, nothing)


def test_events_are_json_lines_and_all_else_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "print('hello'); print('{\"event\": \"checkpoint\", \"step\": 7}'); print('{}', end='')")
    events: list[dict] = []

    run_trainer(tmp_path, events.append, nothing)

    assert events == [{"event": "checkpoint", "step": 7}]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", r"ended by SIGKILL \(often too little memory\)"),
        ("raise RuntimeError('torch is sad')", r"failed \(RuntimeError: torch is sad\): its log is"),
        ("import sys; print('Top_k is odd.', file=sys.stderr); sys.exit(2)", r"^Top_k is odd\.$"),
        ("raise SystemExit(3)", r"failed \(exit code 3\)"),
    ],
)
def test_a_trainer_that_ends_badly_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    instead(monkeypatch, code)

    with pytest.raises(TrainerFailed, match=sentence):
        run_trainer(tmp_path, print, nothing)


def test_what_the_check_raises_ends_the_whole_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])"
    instead(monkeypatch, f"{child}; print('{{\"pid\": %d}}' % p.pid, flush=True); time.sleep(99)")
    pids: list[int] = []

    def check() -> None:
        if pids:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_trainer(tmp_path, lambda event: pids.append(event["pid"]), check)

    assert gone(pids[0])


def test_the_trainer_dies_with_whoever_started_it(tmp_path: Path) -> None:
    script = (
        "import os, subprocess, sys\n"
        "from workbench.tether import tethered\n"
        "command = tethered([sys.executable, '-c', 'import time; time.sleep(99)'])\n"
        "p = subprocess.Popen(command, start_new_session=True)\n"
        "print(p.pid, flush=True)\n"
        "p.wait()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert alive(child)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert gone(child)


def test_a_tether_to_a_process_that_is_gone_starts_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    code = f"open({str(marker)!r}, 'w')"
    nobody = str(os.getpid() + 1)

    done = subprocess.run([sys.executable, "-m", "workbench.tether", nobody, "SIGKILL", sys.executable, "-c", code])

    assert done.returncode == 128 + 9
    assert not marker.exists()
