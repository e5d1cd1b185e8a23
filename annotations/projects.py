"""Writes projects and their members."""

import re
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug

from annotations.access import NotAllowed, leads_of, may_lead
from annotations.models import Membership, OverlapPolicies, Project
from annotations.suspicions import order_soon

LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
SHARES = ("gold_share", "random_share", "uncertain_share", "blind_share")
REORDERS = frozenset({"overlap", "overlap_policy", "overlap_maximum", "random_share", "uncertain_share"})
CHANGEABLE = frozenset({"name", "guidelines", "blind_first", "promotion_by_two", *SHARES, *REORDERS})
MAX_OVERLAP = 20
LEADS_TO_AGREE = 2


class InvalidProject(ValueError):
    """A project that can't be made like this; the message says what to change."""


def create_project(
    *,
    slug: str,
    name: str,
    domain: str,
    source_language: str,
    target_languages: Sequence[str],
    zero_shot_languages: Sequence[str] = (),
    overlap: int = 1,
    held_out_share: float = 0.2,
    guidelines: str = "",
) -> Project:
    _check_project(slug, [source_language, *target_languages, *zero_shot_languages], overlap, held_out_share)
    if not target_languages:
        raise InvalidProject(f"Project {slug!r} has no target language: name at least one, e.g. de.")
    return Project.objects.create(
        slug=slug,
        name=name,
        domain=domain,
        source_language=source_language,
        target_languages=list(target_languages),
        zero_shot_languages=list(zero_shot_languages),
        overlap=overlap,
        held_out_share=held_out_share,
        guidelines=guidelines,
    )


def change_project(project: Project, lead: User, **values: Any) -> Project:
    """Sets some of CHANGEABLE; what concerns the queue orders the open pairs anew, soon where they are many."""
    if not may_lead(lead, project):
        raise NotAllowed(f"{lead.get_username()} does not lead {project}: only a lead changes it.")
    if unknown := sorted(set(values) - CHANGEABLE):
        raise InvalidProject(f"{unknown[0]!r} cannot be changed: choose among {', '.join(sorted(CHANGEABLE))}.")
    changed = {name for name, value in values.items() if getattr(project, name) != value}
    if "promotion_by_two" in changed and project.promotion_by_two and not lead.is_superuser:
        raise NotAllowed("Two leads promote here, and one alone can't end that: ask an administrator.")
    for name in changed:
        setattr(project, name, values[name])
    _check_settings(project)
    project.save(update_fields=sorted(changed))
    if changed & REORDERS:
        order_soon(project)
    return project


def add_member(project: Project, user: User, role: str) -> Membership:
    if role not in Membership.Roles.values:
        raise InvalidProject(f"{role!r} is not a role: choose one of {', '.join(Membership.Roles.values)}.")
    return Membership.objects.update_or_create(project=project, user=user, defaults={"role": role})[0]


def _check_project(slug: str, languages: Sequence[str], overlap: int, held_out_share: float) -> None:
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise InvalidProject(f"{slug!r} is no short name: use letters, digits, hyphens and underscores.") from error
    if Project.objects.filter(slug=slug).exists():
        raise InvalidProject(f"There is a project {slug!r} already: leave out --create or choose another short name.")
    if wrong := [language for language in languages if not LANGUAGE.fullmatch(language)]:
        raise InvalidProject(f"{wrong[0]!r} is no language code: write one like en, de or pt-BR.")
    if len({language.casefold() for language in languages}) < len(languages):
        raise InvalidProject(f"A language comes twice among {', '.join(languages)}: name each once, in one place.")
    _check_overlap(overlap)
    if not 0 <= held_out_share < 1:
        raise InvalidProject(f"A held-out share of {held_out_share} must lie between 0 and 1.")


def _check_settings(project: Project) -> None:
    if not project.name.strip():
        raise InvalidProject("A project needs a name.")
    _check_overlap(project.overlap)
    if project.overlap_policy not in OverlapPolicies.values:
        known = ", ".join(OverlapPolicies.values)
        raise InvalidProject(f"{project.overlap_policy!r} is no overlap policy: choose one of {known}.")
    most = project.overlap_maximum
    if most is not None and not project.overlap <= most <= MAX_OVERLAP:
        raise InvalidProject(
            f"At most {most} reviewers, but {project.overlap} are wanted: choose {project.overlap} to {MAX_OVERLAP}."
        )
    for share in SHARES:
        if not 0 <= getattr(project, share) <= 1:
            raise InvalidProject(f"The {share.replace('_', ' ')} of {getattr(project, share)} must lie in 0 to 1.")
    if project.random_share + project.uncertain_share > 1:
        raise InvalidProject("The random and the uncertain share together are more than the whole queue.")
    if project.promotion_by_two and leads_of(project).count() < LEADS_TO_AGREE:
        raise InvalidProject("Two leads can agree on promotions only where there are two: make somebody else a lead.")


def _check_overlap(overlap: int) -> None:
    if overlap < 1:
        raise InvalidProject(f"An overlap of {overlap} asks nobody: it must be at least 1.")
    if overlap > MAX_OVERLAP:
        raise InvalidProject(f"An overlap of {overlap} asks too many: it may be at most {MAX_OVERLAP}.")
