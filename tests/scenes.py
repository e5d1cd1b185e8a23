"""A small project as a user would build it, through the actions: for view tests, browser tests and screenshots."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User

from annotations import actions
from annotations.models import Project, TermPair
from training import actions as rounds
from training import leases, recording, store
from training.ml import constrain
from training.ml.measuring.radius import Moved, Radius
from training.ml.promote import gate
from training.ml.records import Attract, Cell, Constraints, Contradiction, Recipe, Repel, TermText
from training.models import Encoder, Round

DIGEST = "5e" * 32
GUIDELINES = """
Judge the **meaning**, not the style. A pair is *equivalent* when a clinician may put one for the other.

1. Prefer the term of the classification where two are right.
2. “Unspecified” belongs to the meaning: *E11.9* is not *E11*.
3. Wrong number, case or spelling is a **wrong form**, not a wrong meaning.
"""
TERMS = [  # concept, family, en, de, zh, ar
    ("E10", "E10", "Type 1 diabetes mellitus", "Diabetes mellitus, Typ 2", "1型糖尿病", "داء السكري من النوع 1"),
    ("E11", "E11", "Type 2 diabetes mellitus", "Diabetes mellitus, Typ 1", "2型糖尿病", "داء السكري من النوع 2"),
    ("E11.0", "E11", "Type 2 diabetes mellitus with coma",
     "Diabetes mellitus, Typ 2: Mit Koma", "2型糖尿病伴有昏迷", ""),
    ("E11.9", "E11", "Type 2 diabetes mellitus without complications",
     "Diabetes mellitus, Typ 2: Ohne Komplikationen", "2型糖尿病不伴有并发症", ""),
    ("I50", "I50", "Heart failure", "Herzinsuffizienz", "心力衰竭", "فشل القلب"),
    ("I50.1", "I50", "Left ventricular failure", "Rechtsherzinsuffizienz", "左心室衰竭", ""),
    ("I21", "I21", "Acute myocardial infarction", "Akuter Myokardinfarkt", "急性心肌梗死", "احتشاء عضلة القلب الحاد"),
    ("J45", "J45", "Asthma", "Asthma bronchiale", "哮喘", "الربو"),
    ("J44", "J44", "Other chronic obstructive pulmonary disease",
     "Sonstige chronische obstruktive Lungenkrankheit", "其他慢性阻塞性肺疾病", ""),
    ("K35", "K35", "Acute appendicitis", "Akute Appendizitis", "急性阑尾炎", "التهاب الزائدة الدودية الحاد"),
    ("M16", "M16", "Coxarthrosis [arthrosis of hip]", "Koxarthrose [Arthrose des Hüftgelenkes]", "髋关节病", ""),
    ("N18", "N18", "Chronic kidney disease", "Chronische Nierenkrankheit", "慢性肾病", "مرض الكلى المزمن"),
    ("G40", "G40", "Epilepsy", "Epilepsie", "癫痫", "الصرع"),
    ("G43", "G43", "Migraine", "Migräne", "偏头痛", "الشقيقة"),
    ("Z99", "Z99", "Dependence on respirator, dialysis machine and other enabling devices not elsewhere classified",
     "Langzeitige Abhängigkeit von Donaudampfschifffahrtsbeatmungsgerätezubehör, andernorts nicht klassifiziert",
     "依赖于使能机器和装置，不可归类在他处者", ""),
]  # fmt: skip
LANGUAGES = ("en", "de", "zh", "ar")


@dataclass(frozen=True)
class Scene:
    project: Project
    lead: User
    reviewer: User
    second: User
    observer: User
    outsider: User
    encoder: Encoder

    def pair(self, source: str, language: str = "de") -> TermPair:
        return TermPair.objects.get(
            project=self.project, source_term__text=source, target_language=language, correction_of=None
        )


def scene(
    folder: Path, *, slug: str = "medicine", overlap: int = 1, password: str | None = None,
    targets: Sequence[str] = LANGUAGES[1:],
) -> Scene:  # fmt: skip
    """Scored and queued, nothing answered. Without a password nobody can sign in by the form, which is quicker."""
    project = actions.create_project(
        slug=slug, name=slug.capitalize(), domain=slug, source_language="en", target_languages=[*targets],
        overlap=overlap, held_out_share=0.0, guidelines=GUIDELINES,
    )  # fmt: skip
    people = [
        User.objects.create_user(f"{slug}-{name}", password=password, first_name=first, last_name=last)
        for name, first, last in (
            ("lead", "Lena", "Marsh"), ("reviewer", "Anna", "Berg"), ("second", "Omar", "Haddad"),
            ("observer", "Ida", "Voss"), ("outsider", "Kim", "Stone"),
        )
    ]  # fmt: skip
    for user, role in zip(people, ("lead", "reviewer", "reviewer", "observer"), strict=False):
        actions.add_member(project, user, role)
    _import(project, folder)
    encoder = recording.register_base(
        project, name="multilingual-e5-small", digest=DIGEST, weights_digest="a" * 64, space_digest="b" * 64
    )
    actions.flag_suspects(project, DIGEST, _scored(project))
    return Scene(project, *people, encoder)


def _import(project: Project, folder: Path) -> None:
    path = folder / f"{project.slug}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["concept_id", "family", "language", "term"])
        for concept, family, *texts in TERMS:
            for language, text in zip(LANGUAGES, texts, strict=True):
                if text:
                    writer.writerow([concept, family, language, text])
    source = actions.SourceInfo(
        "Sample classification", version="2026", licence="CC0-1.0", attribution="Written for the tests of Tertium."
    )
    actions.import_terms(project, path, source=source)


def _scored(project: Project) -> list[actions.ScoredPair]:
    """Invented, but of the shape that a scan leaves: the two swapped diabetes pairs first."""
    pairs = list(TermPair.objects.filter(project=project).select_related("source_term", "target_term").order_by("pk"))
    order = {"Diabetes mellitus, Typ 2": 0.97, "Diabetes mellitus, Typ 1": 0.94, "Rechtsherzinsuffizienz": 0.91}
    found = []
    for place, pair in enumerate(pairs):
        score = order.get(pair.target_term.text, round(0.88 - 0.8 * place / len(pairs), 3))
        same = [other for other in pairs if other.target_language == pair.target_language and other.pk != pair.pk]
        near = sorted(same, key=lambda other: (abs(other.pk - pair.pk), other.pk))[:5]
        reasons = [
            f"The reverse search prefers «{near[0].source_term.text}» (adapted similarity 0.91 against 0.87).",
            f"{2 + place % 7} other targets fit the source better than the listed one.",
            f"The target is a nearest neighbour {3 + place % 9}.0 times as often as others.",
        ]
        forward = [(other.target_term_id, 0.913 - 0.021 * n) for n, other in enumerate(near[:4])]
        forward.insert(2, (pair.target_term_id, 0.879))
        backward = [(other.source_term_id, 0.902 - 0.017 * n) for n, other in enumerate(near)]
        signals = {"cosine": 0.871, "csls_gap": -0.042}
        found.append(actions.ScoredPair(pair.pk, score, reasons, signals, forward, backward))
    return found


def answer(made: Scene, source: str, decision: str, correction: str = "", *, language: str = "de", note: str = "",
           by: User | None = None) -> TermPair:  # fmt: skip
    pair = made.pair(source, language)
    actions.answer(pair, by or made.reviewer, actions.Answer(decision, correction, note))
    return pair


def answered(made: Scene) -> None:
    """A morning's work of the reviewer."""
    answer(made, "Type 1 diabetes mellitus", "corrected", "Diabetes mellitus, Typ 1")
    answer(made, "Type 2 diabetes mellitus", "not_equivalent")
    answer(made, "Heart failure", "equivalent", note="The classification’s own preferred term.")
    answer(made, "Asthma", "narrower")
    answer(made, "Epilepsy", "equivalent")
    answer(made, "Migraine", "skipped")


def in_conflict(made: Scene) -> TermPair:
    """Two reviewers of a project that wants both, of two minds; and a flagged pair."""
    answer(made, "Left ventricular failure", "corrected", "Linksherzinsuffizienz", note="Left, not right.")
    pair = answer(made, "Left ventricular failure", "equivalent", by=made.second)
    answer(made, "Coxarthrosis [arthrosis of hip]", "flagged", note="Which of the two spellings do we keep?")
    return pair


def queued_round(made: Scene) -> Round:
    return rounds.start_round(made.project, recipe=Recipe(), by=made.lead, auto_promote=False, enqueue=False)


def training_round(made: Scene, points: int = 40) -> tuple[Round, leases.Lease]:
    """A round in mid-training, as its worker has reported it."""
    found = queued_round(made)
    lease = leases.claim(found.pk)
    assert lease is not None
    frozen = _constraints(made)
    recording.record_constraints(lease, made.project, made.encoder, frozen, constrain.digest(frozen), None)
    lease.write(phase=Round.Phases.TRAIN, seconds={"constrain": 1.4})
    recording.record_metrics(lease, 0, {"en-de": 0.81, "general en-de": 0.5})
    for step in range(41 - points, 41):
        fading = 1 / (1 + step / 8)
        values = {
            "attract": 0.6 + 1.9 * fading + 0.08 * ((step * 7) % 5 - 2) * fading,
            "repel": 0.02 + 0.11 * fading + 0.012 * ((step * 5) % 7 - 3) * fading,
            "anchor": 0.03 + 0.02 * (1 - fading) + 0.002 * ((step * 3) % 5),
            "mixup": 0.9 + 1.4 * fading + 0.05 * ((step * 11) % 6 - 3) * fading,
        }
        recording.record_loss(lease, step, 64, values)
        if step % 16 == 0:
            metrics = {"en-de": 0.86 + step / 600, "general en-de": 0.52 + step / 900}
            recording.record_metrics(lease, step, metrics)
    found.refresh_from_db()
    return found, lease


def keep_constraints(made: Scene) -> None:
    """In the store, where a worker leaves them."""
    frozen = _constraints(made)
    store.keep_constraints(constrain.to_jsonl(frozen), constrain.digest(frozen))


def _constraints(made: Scene) -> Constraints:
    one = TermText("en", "Type 1 diabetes mellitus"), TermText("de", "Diabetes mellitus, Typ 1")
    pair = made.pair("Type 1 diabetes mellitus")
    odd = Contradiction(
        "transitive", (pair.pk,),
        "“Type 1 diabetes mellitus” and “Diabetes mellitus, Typ 1” are decided to differ (“Type 1 diabetes mellitus” – "
        "“Diabetes mellitus, Typ 1” not equivalent, pair 7), yet a chain of equivalents joins them (“Type 1 diabetes "
        "mellitus” – “Diabetes mellitus, Typ 1” by correction, pair 1): one of these decisions is wrong.",
    )  # fmt: skip
    attract = Attract(*one, "E10", "E10", pair_id=pair.pk)
    repel = Repel(*one, "E10", better=one[1], weight=0.7, pair_id=pair.pk)
    return Constraints((attract,) * 3, (repel,) * 2, (), (odd,))


def measured_round(made: Scene, *, passed: bool = True, points: int = 3) -> Round:
    found, lease = training_round(made, points)
    lease.write(phase=Round.Phases.EVALUATE, step=64, seconds={"constrain": 1.4, "train": 183.2})
    recording.record_candidate(
        lease, made.project, name="multilingual-e5-small, round 1", digest="ca" * 32, weights_digest="d" * 64,
        space_digest="e" * 64, base=made.encoder,
        outcome={
            "trained_layers": [7, 8, 9, 10, 11, 12], "trained_parameters": 10_646_784, "parameters": 117_653_760,
            "weak_pairs": 1_950, "child_share": 0.8, "maps_share": 0.5,
        },
    )  # fmt: skip
    lease.write(phase=Round.Phases.GATE, seconds={"constrain": 1.4, "train": 183.2, "evaluate": 74.0, "gate": 0.2})
    satisfaction = 0.912 if passed else 0.58
    recording.record_evaluation(
        lease, cells=_cells(), references_digest="f" * 64, left_out={"en-de": 31},
        satisfaction=satisfaction, unmet=_unmet(made), gate=gate(_cells(), satisfaction), radius=_radius(),
    )  # fmt: skip
    found.refresh_from_db()
    return found


def _unmet(made: Scene) -> list[dict[str, object]]:
    pair = made.pair("Heart failure")
    sentence = (
        "“Herzinsuffizienz” for “Heart failure” is accepted, yet 14 of 203 other targets are as near (cosine 0.106; "
        "at most 10 may be)."
    )
    return [{"kind": "attract", "source": "Heart failure", "source_language": "en", "target": "Herzinsuffizienz",
             "target_language": "de", "pair_id": pair.pk, "sentence": sentence}]  # fmt: skip


def _radius() -> tuple[Radius, ...]:
    gained = Moved("Left ventricular failure", "Linksherzinsuffizienz", "Rechtsherzinsuffizienz",
                   "Linksherzinsuffizienz", 3, 1)  # fmt: skip
    lost = Moved("bank", "Bank", "Bank", "Ufer", 1, 4)
    failing = Moved("Asthma", "Asthma bronchiale", "Status asthmaticus", "Bronchitis", 2, 17)
    return (
        Radius("trained", "en-de", 1500, 212, 104, 35, 0.163, (gained,), (), (failing,)),
        Radius("trained", "en-zh", 1500, 190, 70, 34, 0.151, (), (), ()),
        Radius("control", "en-de", 2000, 61, 12, 16, 0.041, (), (lost,), (failing,)),
    )


def _cells() -> list[Cell]:
    shown = [
        ("trained", "en-de", 1500, 0.866, 0.912, (0.031, 0.061)),
        ("trained", "en-zh", 1500, 0.665, 0.689, (0.008, 0.040)),
        ("trained", "en-ar", 118, 0.712, 0.716, (-0.029, 0.037)),
        ("trained", "macro", 1500, 0.748, 0.782, (0.021, 0.048)),
        ("zero-shot", "en-pt", 1500, 0.911, 0.904, (-0.013, -0.001)),
        ("control", "en-de", 2000, 0.446, 0.444, (-0.012, 0.009)),
    ]
    return [
        Cell(cell, pair, metric, n, before + lift, min(1.0, after + lift), after - before, interval)  # type: ignore[arg-type]
        for metric, lift in (("p@1", 0.0), ("p@5", 0.06), ("mrr", 0.03))
        for cell, pair, n, before, after, interval in shown
    ]
