"""The web process starts fast and stays small: it never imports what trains."""

import subprocess
import sys

HEAVY = ("torch", "transformers", "faiss", "peft", "sklearn")
CODE = """
import sys
import workbench.wsgi
from django.core.management import call_command
from django.urls import get_resolver
call_command("check")
assert get_resolver().url_patterns
import training.tasks
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_web_process_imports_no_torch() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)

    imported = set(done.stdout.split())
    assert {"django", "annotations", "training"} <= imported
    assert not imported & set(HEAVY)


def test_the_threads_of_a_web_worker_take_short_turns() -> None:
    code = (
        "import os, sys, types; from workbench.web_server import post_fork; "
        "post_fork(types.SimpleNamespace(pid=os.getppid()), None); print(sys.getswitchinterval())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert float(done.stdout) <= 0.001
