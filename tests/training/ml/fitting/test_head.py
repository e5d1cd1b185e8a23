"""The maps of an encoder in training, on vectors small enough to follow."""

from dataclasses import replace

import numpy as np
import torch

from training.ml.fitting.head import Head
from training.ml.space import Space

TURN = np.array([[0, 1], [-1, 0]], dtype=np.float32)
SPACE = Space({"de": np.array([0.1, 0.0]), "en": np.array([0.0, 0.2])}, {"de": TURN})
VECTORS = torch.nn.functional.normalize(torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5], [-1.0, 0.3]]), dim=1)
LANGUAGE = torch.tensor([0, 1, 0, 1])


def placed(space: Space) -> np.ndarray:
    rows = [space.apply(VECTORS[[row]].numpy(), ("de", "en")[number]) for row, number in enumerate(LANGUAGE.tolist())]
    return np.concatenate(rows)


def changed() -> Head:
    head = Head(SPACE, ("de", "en"), trained=True)
    with torch.no_grad():
        head.own[0, 0, 0] = 0.5
        head.shared[1, 0] = -0.4
    return head


def test_it_starts_where_the_space_is() -> None:
    head = Head(SPACE, ("de", "en"), trained=True)
    np.testing.assert_allclose(head(VECTORS, LANGUAGE).detach(), placed(SPACE), atol=1e-6)


def test_its_space_places_as_it_does() -> None:
    head = changed()
    np.testing.assert_allclose(head(VECTORS, LANGUAGE).detach(), placed(head.space(SPACE)), atol=1e-6)
    assert not np.allclose(placed(head.space(SPACE)), placed(SPACE), atol=1e-2)


def test_no_strength_is_the_start() -> None:
    np.testing.assert_allclose(placed(changed().space(SPACE, 0.0)), placed(SPACE), atol=1e-6)


def test_a_language_without_a_map_shares_the_common_one_alone() -> None:
    head = changed()
    english = head.space(SPACE)
    assert set(english.maps) == {"de"}
    centred = Space({"en": SPACE.means["en"]}, shared=english.shared)
    np.testing.assert_allclose(head(VECTORS, LANGUAGE)[[1]].detach(), centred.apply(VECTORS[[1]].numpy(), "en"))


def test_the_space_of_general_vocabulary_stays_beside_it() -> None:
    general = Space(SPACE.means)
    assert changed().space(replace(SPACE, general=general)).general is general


def test_maps_that_do_not_train_have_no_gradient() -> None:
    assert not any(parameter.requires_grad for parameter in Head(SPACE, ("de", "en"), trained=False).parameters())
