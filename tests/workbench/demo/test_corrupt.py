from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.demo.corrupt import Plan, corrupt
from workbench.demo.rows import Row, terms_of


def listing(families: int = 40, siblings: int = 5) -> list[Row]:
    concepts = [(f"{family}.{n}", str(family)) for family in range(families) for n in range(siblings)]
    return [
        Row(concept, family, language, f"{word} {family} {concept}")
        for concept, family in concepts
        for language, word in (("en", "fever"), ("de", "Fieber"), ("fr", "fièvre"), ("pt", "febre"))
    ]


def held_out(family: str) -> bool:
    return int(family) % 4 == 0


PLAN = Plan("en", ("de", "fr"), held_out, share=0.05)


def test_the_share_is_kept_and_most_errors_are_siblings() -> None:
    rows = listing()
    _, injected = corrupt(rows, PLAN)
    kinds = Counter(error.kind for error in injected)

    reviewable = sum(row.language in ("de", "fr") and not held_out(row.family) for row in rows)
    assert 0.05 * reviewable <= len(injected) <= 0.05 * reviewable + 1
    assert 0.7 <= kinds["sibling"] / len(injected) <= 0.9
    assert kinds["nearest"] + kinds["random"] > 0


def test_only_the_injected_terms_differ() -> None:
    rows = listing()
    corrupted, injected = corrupt(rows, PLAN)
    changed = {
        (new.concept_id, new.language, new.term, old.term)
        for old, new in zip(rows, corrupted, strict=True)
        if old != new
    }

    assert changed == {(error.concept_id, error.language, error.term, error.original) for error in injected}


def test_held_out_families_and_unreviewed_languages_are_never_touched() -> None:
    families = {row.concept_id: row.family for row in listing()}
    _, injected = corrupt(listing(), PLAN)

    assert not any(held_out(families[error.concept_id]) for error in injected)
    assert {error.language for error in injected} <= {"de", "fr"}


def test_both_partners_of_a_swap_change() -> None:
    _, injected = corrupt(listing(), PLAN)
    swapped = {(error.original, error.term) for error in injected if error.kind == "sibling"}

    assert swapped == {(term, original) for original, term in swapped}


def test_the_seed_decides() -> None:
    assert corrupt(listing(), PLAN) == corrupt(listing(), PLAN)
    assert corrupt(listing(), PLAN)[1] != corrupt(listing(), Plan("en", ("de", "fr"), held_out, seed=1))[1]


ROWS = st.lists(
    st.builds(Row, st.sampled_from("abcdef"), st.just("f"), st.sampled_from(["en", "de"]), st.sampled_from("uvwxyz")),
    unique=True,
    max_size=30,
)


@settings(max_examples=60)
@given(ROWS)
def test_a_planted_term_is_wrong_for_every_concept_with_the_same_source_term(rows: list[Row]) -> None:
    _, injected = corrupt(rows, Plan("en", ("de",), lambda family: False, share=0.5))
    terms = terms_of(rows)
    for error in injected:
        for source in terms.get((error.concept_id, "en"), []):
            alike = {row.concept_id for row in rows if row.language == "en" and row.term == source}
            assert all(error.term not in terms.get((concept, "de"), []) for concept in alike)
