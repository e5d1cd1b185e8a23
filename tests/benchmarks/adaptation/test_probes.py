import pytest

from benchmarks.adaptation.probes import near_miss


@pytest.mark.parametrize(
    ("term", "missed"),
    [
        ("Akute Bronchitis", "Chronische Bronchitis"),
        ("Hernie mit Gangrän", "Hernie ohne Gangrän"),
        ("Diabetes mellitus, Typ 1", "Diabetes mellitus, Typ 2"),
        ("Verletzung der linken Hand", "Verletzung der rechten Hand"),
        ("Käufer", "Verkäufer"),
        ("Mittelohrentzündung", None),
    ],
)
def test_one_word_is_turned_round(term: str, missed: str | None) -> None:
    assert near_miss(term) == missed
