"""Writes imported verdict files: the same verdicts as from the page, settled in one transaction."""

from pathlib import Path

from django.contrib.auth.models import User

from annotations.intake import ImportReport
from annotations.models import Membership, Project
from workbench.progress import Progress, no_progress


def import_user(project: Project) -> User:
    """Whom verdicts from files belong to when they name no reviewer that exists: an account that can't sign in."""
    user, created = User.objects.get_or_create(username=f"import-{project.slug}", defaults={"is_active": False})
    if created:
        user.set_unusable_password()
        user.save()
    Membership.objects.get_or_create(project=project, user=user, defaults={"role": Membership.Roles.REVIEWER})
    return user


def import_verdicts(
    project: Project, path: Path, *, reviewer_fallback: User, progress: Progress = no_progress
) -> ImportReport:
    raise NotImplementedError
