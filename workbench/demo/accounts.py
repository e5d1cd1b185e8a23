"""The demo's users: an expert and a lead with random passwords of this installation, and the simulated expert."""

import json
import secrets
from pathlib import Path

from django.contrib.auth.models import User

from annotations.actions import add_member
from annotations.models import Membership, Project

ROLES = {"expert": Membership.Roles.REVIEWER, "lead": Membership.Roles.LEAD}
SIMULATED = "simulated-expert"


def passwords(path: Path) -> dict[str, str]:
    """User name → password, made once; the file is readable by its owner alone."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known = {name: kept.get(name) or secrets.token_urlsafe(9) for name in ROLES}
    path.touch(mode=0o600)
    path.write_text(json.dumps(known, indent=1), encoding="utf-8")
    for name, password in known.items():
        user, made = User.objects.get_or_create(username=name)
        if made or name not in kept:
            user.set_password(password)
            user.save()
    return known


def join(project: Project) -> None:
    simulated, made = User.objects.get_or_create(username=SIMULATED)
    if made:
        simulated.set_unusable_password()
        simulated.save()
    add_member(project, simulated, Membership.Roles.REVIEWER)
    for name, role in ROLES.items():
        add_member(project, User.objects.get(username=name), role)
