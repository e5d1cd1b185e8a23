"""What scans, gates and rounds have stored in English is said in the reader's language, figures and all."""

from collections.abc import Iterator

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from annotations.answers import Answer, InvalidAnswer, checked
from annotations.models import Suspicion
from annotations.views.reasons import SENTENCES as REASONS
from annotations.views.refusals import REFUSALS
from tests.scenes import Scene, answered, measured_round, scene
from tests.training.ml.planes import evidence
from tests.training.ml.scoring import test_signals, test_surface
from training.ml.constrain import build
from training.ml.measuring.satisfaction import satisfaction
from training.ml.promote import gate
from training.ml.records import Attract, Cell, Constraints, DecisionRecord, Order, Repel, TermText
from training.ml.scoring.signals import SIGNALS
from training.models import Round
from training.views.sentences import SENTENCES, rules
from workbench import catalogues
from workbench.sentences import Sentences


@pytest.fixture(scope="module")
def compiled() -> None:
    for path in catalogues.catalogues():
        catalogues.compile_one(path)


@pytest.fixture
def german(compiled: None) -> Iterator[None]:
    with translation.override("de"):
        yield


def test_values_are_taken_over_figures_are_written_anew(german: None) -> None:
    stored = "The reverse search prefers «1.5 mg (a, b)» (adapted similarity 0.91 against -0.07)."
    assert REASONS.word(stored) == (
        "Die Rückwärtssuche zieht «1.5 mg (a, b)» vor (angepasste Ähnlichkeit 0,91 gegen −0,07)."
    )
    counted = "The source negates 2 times («not», «no»), and 1 word of the target can answer."
    assert REASONS.word(counted).startswith("Der Quellterm verneint 2-mal («not», «no»), und 1 Wort im Zielterm")


def test_what_nobody_has_worded_is_shown_as_it_was_stored(german: None) -> None:
    assert REASONS.word("An older version said this of «Herz».") == "An older version said this of «Herz»."


def test_english_is_left_alone() -> None:
    with translation.override("en"):
        assert REASONS.word("1 other target fits the source better than the listed one.").startswith("1 other target")


def test_the_most_particular_template_speaks() -> None:
    found = Sentences(("%(rest)s.", "So says «%(word)s»."))
    with translation.override("fr"):
        assert found.word("So says «he».") == "So says «he»."


@pytest.mark.parametrize("sentence", [row[-1] for row in (*test_signals.TABLE, *test_surface.WRONG)])
def test_every_reason_is_known(sentence: str) -> None:
    assert REASONS.knows(sentence)


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.id)
@pytest.mark.parametrize("name", ["RIGHT", "SWAPPED"])
def test_every_signal_is_known_on_every_pair(signal, name: str) -> None:
    found = evidence(getattr(test_signals, name))
    values = np.nan_to_num(signal.values(found))
    for row, value in enumerate(values):
        sentence = signal.sentence(found, row, float(value))
        assert REASONS.knows(sentence), sentence


def cell(name: str, pair: str, n: int = 300) -> Cell:
    return Cell(name, pair, "p@1", n, 0.5, 0.48, -0.02, (-0.03, 0.01))  # type: ignore[arg-type]


def test_every_rule_of_the_gate_is_known(german: None) -> None:
    measured = [cell("trained", "macro"), cell("trained", "en-de", 20), cell("control", "en-de")]
    for cells in ([], measured, [*measured, cell("zero-shot", "en-pt")]):
        for reason in gate(cells, 0.5).reasons:
            assert SENTENCES.knows(reason.split(": ", 1)[1]), reason
    said = rules(gate(measured, 0.5).reasons)
    assert [rule.verdict for rule in said[:2]] == ["failed", "passed"]
    assert said[0].sentence.startswith("Fachgebiet: P@1 (Makromittel) ging von 0,500 auf 0,480, −2,00 Punkte")
    assert rules(["Said by an older gate."])[0].verdict == ""


def test_every_unmet_constraint_is_known() -> None:
    def term(language: str, text: str) -> TermText:
        return TermText(language, text)

    def same(texts, language):
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))

    attracts = tuple(Attract(term("en", f"s{n}"), term("de", f"t{n}"), "c", "f") for n in range(30))
    orders = (Order(term("en", "s1"), term("de", "o"), "broader", "f"),)
    repels = (
        Repel(term("en", "s1"), term("de", "x"), "f"),
        Repel(term("en", "s2"), term("de", "y"), "f", better=term("de", "z")),
    )
    for constraints in (Constraints(attracts, repels, orders), Constraints((), repels[:1], ())):
        _, unmet = satisfaction(constraints, same)
        for one in unmet:
            assert SENTENCES.knows(one["sentence"]), one["sentence"]


def record(pair: int, source: str, target: str, decision: str, **more) -> DecisionRecord:
    return DecisionRecord(pair, "c", "f", TermText("en", source), TermText("de", target), decision, **more)


def test_every_contradiction_is_known(german: None) -> None:
    records = [
        [record(1, "a", "b", "equivalent"), record(2, "a", "b", "not_equivalent")],
        [record(1, "a", "b", "equivalent"), record(2, "c", "b", "equivalent"), record(3, "c", "d", "equivalent"),
         record(4, "a", "d", "antonym")],
        [record(1, "a", "b", "broader"), record(2, "a", "b", "narrower")],
        [record(1, "a", "b", "unsure", disputed=True)],
        [record(1, "a", "b", "corrected", correction="b")],
    ]  # fmt: skip
    for one in records:
        for found in build(one).contradictions:
            assert SENTENCES.knows(found.sentence), found.sentence
    chain = build(records[1]).contradictions[0].sentence
    assert "(„a“ – „d“ Gegenwort, Paar 4)" in SENTENCES.word(chain)
    assert "„c“ – „d“ gleichwertig, Paar 3" in SENTENCES.word(chain)


@pytest.fixture
def made(db: None, tmp_path) -> Scene:
    return scene(tmp_path)


def test_no_reason_of_the_german_review_page_is_english(made: Scene, client: Client, german: None) -> None:
    client.force_login(made.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("review", "pairs"):
        page = client.get(reverse(name, args=["medicine"]), headers={"Accept-Language": "de"}).content.decode()
        assert "Die Rückwärtssuche zieht «" in page
        for reason in Suspicion.objects.values_list("reasons", flat=True):
            assert not [sentence for sentence in reason if sentence in page]


def test_no_sentence_of_the_german_round_page_is_english(made: Scene, client: Client, german: None) -> None:
    answered(made)
    found = measured_round(made)
    Round.objects.filter(pk=found.pk).update(
        error="The round failed with KeyError: 'x'. The worker's log holds the traceback."
    )
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("round", args=["medicine", 1]), headers={"Accept-Language": "de"}).content.decode()
    for said in (
        "das untere Ende des Intervalls muss über 0 liegen",
        "Die Runde scheiterte mit KeyError",
        "gelten als verschieden",
    ):
        assert said in page
    for english in ("must lie above", "may lose at most", " points (", "decided to differ", "The round failed"):
        assert english not in page


@pytest.mark.parametrize(
    "given",
    [
        Answer("corrected"), Answer("equivalent", "Herz"), Answer("corrected", "Herzinsuffizienz"),
        Answer("equivalent", note="x" * 5000), Answer("corrected", "x" * 1500), Answer("corrected", "\x07"),
    ],
    ids=["empty", "beside", "the-same", "long-note", "long", "control"],
)  # fmt: skip
def test_a_refused_answer_is_known(made: Scene, given: Answer) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        checked(given, made.pair("Heart failure"))
    assert REFUSALS.knows(str(refused.value)), refused.value
