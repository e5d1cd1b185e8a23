"""Artefacts by digest: whole or not there at all, and never another's."""

import fcntl
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
import pytest

from tests import tiny_encoder
from training import store
from training.ml import layout
from training.ml.space import Space
from training.vectors import Vectors

WIDTH = 8


def rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, WIDTH)).astype(np.float32)


def test_weights_come_back_under_their_digest(tiny: Path) -> None:
    given = layout.read(tiny)
    store.keep_weights(given)
    store.keep_weights(given)

    kept = store.weights(given.digest)

    assert (kept.digest, kept.prefix, kept.max_length, kept.name) == (
        given.digest,
        given.prefix,
        given.max_length,
        given.name,
    )
    assert kept.path != given.path


def test_a_foreign_folder_keeps_what_was_guessed_from_its_name(tmp_path: Path) -> None:
    """Its name is a digest in the store, and from "e5" in the name follows the prefix."""
    folder = tiny_encoder.build(tmp_path / "some-e5-model")
    (folder / layout.ABOUT).unlink()
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    given = layout.read(folder)
    assert given.prefix == "query: "

    store.keep_weights(given)

    kept = store.weights(given.digest)
    assert (kept.digest, kept.prefix, kept.name) == (given.digest, "query: ", "some-e5-model")
    assert not (kept.path / "pytorch_model.bin").exists()


def test_the_owner_s_folder_and_the_store_s_do_not_share_files(tmp_path: Path) -> None:
    folder = tiny_encoder.build(tmp_path / "mine")
    given = layout.read(folder)
    store.keep_weights(given)

    with (folder / "model.safetensors").open("r+b") as file:
        file.write(b"overwritten")

    assert store.weights(given.digest).digest == given.digest


def test_weights_that_have_changed_in_the_store_are_refused(tiny: Path) -> None:
    given = layout.read(tiny)
    store.keep_weights(given)
    with (store.folder("weights") / given.digest / "model.safetensors").open("r+b") as file:
        file.write(b"rot")

    with pytest.raises(store.MissingArtefact, match="not what it was when it was stored"):
        store.weights(given.digest)


def test_what_is_not_there_is_a_sentence() -> None:
    for find in (store.weights, store.space, store.constraints):
        with pytest.raises(store.MissingArtefact, match="is not in the store"):
            find("0" * 64)


def test_spaces_and_constraints_come_back() -> None:
    space = Space({"en": np.arange(WIDTH, dtype=np.float32)})
    store.keep_space(space)
    store.keep_constraints('{"line": "attract"}\n', "c" * 64)

    assert store.space(space.digest).digest == space.digest
    assert store.constraints("c" * 64) == '{"line": "attract"}\n'


def test_vectors_come_back_for_their_encoder_alone(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    given = rows(2)
    vectors.put_many("one", ["Herz", "心力衰竭"], given)

    found = vectors.get_many("one", ["心力衰竭", "Leber", "Herz"])

    assert set(found) == {"Herz", "心力衰竭"}
    np.testing.assert_array_equal(found["心力衰竭"], given[1])
    assert vectors.get_many("another", ["Herz"]) == {}


def test_the_file_of_vectors_grows(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path, first_bytes=1 << 16)
    texts = [f"term {number}" for number in range(6000)]
    given = rows(len(texts))

    vectors.put_many("one", texts, given)

    found = vectors.get_many("one", texts)
    np.testing.assert_array_equal(np.stack([found[text] for text in texts]), given)


def write(vectors: Vectors, name: str, count: int) -> None:
    for start in range(0, count, 100):
        texts = [f"{name} {number}" for number in range(start, start + 100)]
        vectors.put_many("one", texts, rows(100))


def test_several_processes_write_and_grow_at_once(tmp_path: Path) -> None:
    mine = Vectors(tmp_path, first_bytes=1 << 16)
    mine.put_many("one", ["first"], rows(1))
    others = [get_context("fork").Process(target=write, args=(mine, name, 2000)) for name in ("a", "b")]
    for other in others:
        other.start()
    write(mine, "mine", 2000)
    for other in others:
        other.join()

    assert [other.exitcode for other in others] == [0, 0]
    expected = [f"{name} {number}" for name in ("a", "b", "mine") for number in range(2000)]
    assert len(mine.get_many("one", expected)) == len(expected)
    assert mine.get_many("one", ["first"])


def test_vectors_may_lie_on_the_machine_while_the_store_is_shared(settings, tmp_path: Path) -> None:
    settings.VECTORS_DIR = str(tmp_path / "own")

    store.vectors().put_many("one", ["Herz"], rows(1))

    assert (tmp_path / "own" / "data.mdb").exists()
    assert not (settings.STORE_DIR / "vectors").exists()


def hold(name: str, held: Event) -> None:
    with store.lock(name):
        held.set()
        time.sleep(600)


def free(name: str) -> bool:
    with (store.folder("locks") / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_one_process_at_a_time_holds_a_lock_and_death_frees_it() -> None:
    context = get_context("fork")
    held = context.Event()
    other = context.Process(target=hold, args=("scan-1", held), daemon=True)
    other.start()
    assert held.wait(60)

    assert not free("scan-1")
    assert free("scan-2")

    other.kill()
    other.join()
    assert free("scan-1")
    with store.lock("scan-1"):
        assert not free("scan-1")
