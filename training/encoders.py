"""A project's encoders by name, and the first of them. Brings torch."""

from django.conf import settings

from annotations.models import Project
from training import pending, recording, store, vocabulary
from training.encoding import Encoding
from training.ml import backbone
from training.ml.space import Space, fit_means
from training.models import Encoder
from workbench.progress import Progress, no_progress

SHORTEST_DIGEST = 8


class NothingToEmbed(ValueError):
    """A project without terms; the message says how they come in."""


class UnknownEncoder(ValueError):
    """No encoder of that name; the message lists those there are."""


def ensure_live_encoder(project: Project, spec: str | None = None, progress: Progress = no_progress) -> Encoder:
    """The live encoder; at first the base, with each language centred on its training families."""
    if (live := pending.live_encoder(project)) is not None:
        return live
    texts = vocabulary.mean_texts(project)
    if not texts:
        raise NothingToEmbed(
            f"{project.name} has no terms yet: import some with `import_terms FILE --project {project.slug}`."
        )
    found = backbone.resolve(
        spec or settings.DEFAULT_ENCODER, store.backbones(), lambda done, total: progress("decode", done, total)
    )
    store.keep_weights(found)
    raw = Encoding(found, Space(), progress)
    space = fit_means({language: raw.vectors(some, language) for language, some in texts.items()})
    store.keep_space(space)
    return recording.register_base(
        project,
        name=found.name,
        digest=store.encoder_digest(found.digest, space.digest),
        weights_digest=found.digest,
        space_digest=space.digest,
    )


def chosen(project: Project, name: str, progress: Progress = no_progress) -> Encoder:
    """The encoder called "live" or "base", or with this id or beginning of a digest."""
    live = ensure_live_encoder(project, progress=progress)
    if name == "live":
        return live
    if name == "base":
        return base_of(live)
    known = list(Encoder.objects.filter(project=project).order_by("pk"))
    for one in known:
        if name == str(one.pk) or (len(name) >= SHORTEST_DIGEST and one.digest.startswith(name)):
            return one
    listed = ", ".join(f"{one.pk} ({one.name}, {one.get_state_display().lower()})" for one in known)
    raise UnknownEncoder(f"{project.name} has no encoder {name!r}: choose live, base or one of {listed}.")


def base_of(encoder: Encoder) -> Encoder:
    """What an encoder was trained from: a round always starts from the base again, on all decisions."""
    while encoder.parent is not None:
        encoder = encoder.parent
    return encoder
