"""Each surface check on a table of pairs that it must hold against, and pairs that it must leave alone."""

from collections.abc import Mapping

import numpy as np
import pytest

from training.ml.scoring.forms import Form, Forms, Norms
from training.ml.scoring.listing import Listing, Vocabulary
from training.ml.scoring.polarity import LIMBS, NEGATIONS, POLES
from training.ml.scoring.surface import CHECKS, Check

BY_ID = {check.id: check for check in CHECKS}
EVERYDAY = [
    ("Fever of unknown origin", "Fieber unbekannter Ursache"), ("Cough", "Husten"), ("Fever after surgery", "Fieber"),
    ("Fever in children", "Kinderfieber"), ("Yellow fever", "Gelbfieber"), ("Hay fever", "Heuschnupfen"),
    ("Fracture of arm", "Fraktur des Armes"), ("Fracture of leg", "Fraktur des Beines"), ("Pain", "Schmerz"),
    ("Fracture of hand", "Fraktur der Hand"), ("Fracture of foot", "Fraktur des Fußes"), ("Burn", "Verbrennung"),
    ("Fracture of skull", "Schädelfraktur"), ("Headache", "Kopfschmerz"), ("Toothache", "Zahnschmerz"),
    ("Asthma", "Asthma"), ("Diabetes mellitus", "Diabetes mellitus"), ("Stroke", "Schlaganfall"),
    ("Heart failure", "Herzinsuffizienz"), ("Kidney failure", "Nierenversagen"), ("Gout", "Gicht"),
]  # fmt: skip

# check, source, target, language of the target, value, sentence
WRONG = [
    ("numbers", "Type 2", "Typ 1", "de", 1.0, "The source says 2, the target says 1."),
    ("numbers", "Stage II decubitus", "Dekubitus Stadium 3", "de", 1.0, "The source says 2, the target says 3."),
    ("numbers", "Trisomy 21", "Trisomie", "fr", 0.5, "The source says 21, the target says no number."),
    ("numbers", "Grade 3 and grade 4", "Grad 3", "de", 0.5, "The source says 3 and 4, the target says 3."),
    ("numbers", "Stage 5", "，4期", "zh", 1.0, "The source says 5, the target says 4."),
    ("numbers", "0.5 mg", "0,05 mg", "de", 1.0, "The source says 0.5, the target says 0.05."),
    ("numbers", "2.5 mg", "25 mg", "de", 1.0, "The source says 2.5, the target says 25."),
    ("numbers", "Type 2", "النوع ١", "ar", 1.0, "The source says 2, the target says 1."),
    ("numbers", "Type 2", "Type 3", "nl", 1.0, "The source says 2, the target says 3."),
    ("numbers", "Stage I", "Stadium V", "de", 1.0, "The source says 1, the target says 5."),
    ("numbers", "Type I", "Typ 2", "de", 1.0, "The source says 1, the target says 2."),
    ("numbers", "Vitamin B12 deficiency", "Vitamin-B6-Mangel", "de", 1.0, "The source says B12, the target says B6."),
    *(
        ("polarity", source, target, language, 1.0, f"1 opposite: the source says «{here}», the target says «{there}».")
        for source, target, language, here, there in (
            ("Internal haemorrhoids", "Äußere Hämorrhoiden", "de", "internal", "äussere"),
            ("Left bundle-branch block", "Rechtsschenkelblock", "de", "left", "rechtsschenkelblock"),
            ("Burn of thigh", "Verbrennung des Unterschenkels", "de", "thigh", "unterschenkels"),
            ("Males", "Frauen", "de", "males", "frauen"),
            ("Fracture of upper limb", "下肢骨折", "zh", "upper", "下"),
            ("External ear", "内耳", "zh", "external", "内"),
            ("Left arm", "Rechter arm", "nl", "left", "rechter"),
            ("Left hand", "Правая рука", "ru", "left", "правая"),
            ("Acute hepatitis", "Przewlekłe zapalenie wątroby", "pl", "acute", "przewlekłe"),
        )
    ),
    (
        "negation",
        "Ulcer without bleeding",
        "Wrzód z krwawieniem",
        "pl",
        1.0,
        "The source negates 1 time («without»), and 0 words of the target can answer.",
    ),
    (
        "polarity",
        "Left arm",
        "Rechter Arm",
        "de",
        1.0,
        "1 opposite: the source says «left», the target says «rechter».",
    ),
    (
        "polarity",
        "Acute hepatitis",
        "Hépatite chronique",
        "fr",
        1.0,
        "1 opposite: the source says «acute», the target says «chronique».",
    ),
    (
        "polarity",
        "Hypothyroidism",
        "Hipertiroidismo",
        "es",
        1.0,
        "1 opposite: the source says «hypothyroidism», the target says «hipertiroidismo».",
    ),
    (
        "polarity",
        "Chronic pancreatitis",
        "急性胰腺炎",
        "zh",
        1.0,
        "1 opposite: the source says «chronic», the target says «急性».",
    ),
    (
        "polarity",
        "landlord's lien",
        "Pfandrecht des Mieters",
        "de",
        1.0,
        "1 opposite: the source says «landlord», the target says «mieters».",
    ),
    (
        "negation",
        "Ulcer without bleeding",
        "Ulkus mit Blutung",
        "de",
        1.0,
        "The source negates 1 time («without»), and 0 words of the target can answer.",
    ),
    (
        "negation",
        "Ulcer with bleeding",
        "Úlcera sin hemorragia",
        "es",
        1.0,
        "The target negates 1 time («sin»), and 0 words of the source can answer.",
    ),
    (
        "negation",
        "Infection with bleeding, not specified",
        "Infección sin hemorragia, no especificada",
        "es",
        1.0,
        "The target negates 2 times («sin», «no»), and 1 word of the source can answer.",
    ),
    ("abbreviations", "Diabetic coma", "Diab. Koma", "de", 1.0, "The source has 0 abbreviations, the target 1."),
    ("abbreviations", "Diabetic coma", "DK", "de", 1.0, "The source has 0 abbreviations, the target 1."),
    (
        "untranslated",
        "Brazilian purpuric fever",
        "Brazilian purpuric fever",
        "de",
        0.75,
        "The target repeats the source's 3 words; 9.5% of this list's pairs do.",
    ),
    (
        "language",
        "Purpuric fever",
        "Purpuric fever",
        "de",
        0.25,
        "The target's «fever» is a word of the source language: 5 of its terms have it.",
    ),
    ("script", "Arm", "Рука", "de", 1.0, "Of the target's 4 characters none is Latin, the script of its list."),
    (
        "script",
        "手臂",
        "Arm und Bein",
        "de",
        1.0,
        "Of the source's 2 characters none is Latin, the script of its list.",
    ),
    (
        "length",
        "Home",
        "Vergiftung durch nicht näher bezeichnete Arzneimittel und Drogen: Zu Hause",
        "de",
        1.0,
        "The target is 13.0 times as long as the source; 1.2 is usual here.",
    ),
    ("abbreviations", "HIV disease", "Krankheit", "de", 1.0, "The source has 1 abbreviation, the target 0."),
    ("abbreviations", "HIV disease", "HPV-Krankheit", "de", 0.5, "The source has 1 abbreviation, the target 1."),
    ("brackets", "Deformity of toe(s)", "Deformität der Zehen", "de", 1.0, "The source has 1 bracket, the target 0."),
    ("casing", "Measles", "MASERN", "de", 1.0, "The target alone is written in capitals, all 6 letters."),
    (
        "casing",
        "Measles",
        "masern",
        "de",
        0.5,
        "Only the source begins with a capital; over 95% of this list's pairs begin alike.",
    ),
]
RIGHT = [
    ("numbers", "Type 2", "Typ II", "de"),
    ("numbers", "Stage III", "Etapa iii", "es"),
    ("numbers", "Burn of first degree", "Verbrennung 1. Grades", "de"),
    ("numbers", "1,000 units", "1.000 Einheiten", "de"),
    ("numbers", "Vitamin B12", "Vitamin B", "de"),  # no number but a name
    ("numbers", "Two-vessel disease", "2支血管病", "zh"),
    ("numbers", "X-ray", "Röntgen", "de"),
    ("numbers", "0.9 % saline", "Kochsalzlösung 0,9 %", "de"),
    ("numbers", "1,000 g", "1 000 g", "fr"),
    ("numbers", "1,000 g", "1\u202f000 g", "fr"),
    ("numbers", "10,000", "1万", "zh"),
    ("numbers", "Trisomy 12", "十二三体", "zh"),
    ("numbers", "Numbers 2 and 30", "数二三十", "zh"),
    ("numbers", "Two-vessel disease", "两支血管病", "zh"),
    ("numbers", "Type 2 diabetes", "داء السكري من النوع ٢", "ar"),
    ("numbers", "Vitamin B12 deficiency", "Дефицит витамина В12", "ru"),
    ("numbers", "2nd degree burn", "Tweedegraads verbranding", "nl"),
    ("numbers", "2nd degree burn", "Ожог второй степени", "ru"),
    ("numbers", "2nd degree burn", "2. derece yanık", "tr"),
    ("numbers", "2nd degree burn", "İkinci derece yanık", "tr"),  # no table: no opinion
    ("numbers", "Neurofibromatosis type I", "Neurofibromatose Typ 1", "de"),
    ("numbers", "16th-century painting", "Pintura del siglo XVI", "es"),
    ("numbers", "IV infusion", "Intravenöse Infusion", "de"),
    ("numbers", "X-ray, 2 views", "Röntgen, 2 Ansichten", "de"),
    ("polarity", "Non-malignant tumour", "Gutartiger Tumor", "de"),
    ("polarity", "External contractor within the company", "Externer Auftragnehmer innerhalb des Betriebs", "de"),
    ("polarity", "Fracture of proximal forearm", "Fractura de la extremidad superior del antebrazo", "es"),
    ("polarity", "Deep vein thrombosis of thigh", "Trombosis venosa profunda del miembro inferior", "es"),
    ("polarity", "Fracture of lower leg", "Unterschenkelfraktur", "de"),
    ("polarity", "Right of claim settlement", "Diritto alla liquidazione del sinistro", "it"),
    ("polarity", "High mortgage rates", "Tipos hipotecarios altos", "es"),
    ("polarity", "High temperature, hypothermia", "Hypothermie bei hoher Temperatur", "de"),
    ("polarity", "Subcutaneous fat of upper arm", "上臂皮下脂肪", "zh"),
    ("polarity", "Left arm", "Linker Arm", "de"),
    ("polarity", "Right of way", "Wegerecht", "de"),  # no opposite on the other side
    ("polarity", "Acute or chronic", "Chronisch oder akut", "de"),
    ("polarity", "Acute", "krónikus", "hu"),  # no table: no opinion
    ("negation", "Ulcer without bleeding", "Ulkus ohne Blutung", "de"),
    ("negation", "Cholera, unspecified", "Choléra, sans précision", "fr"),
    ("negation", "Incomplete fracture, unspecified", "Nicht vollständige Fraktur, nicht näher bezeichnet", "de"),
    ("negation", "Painless", "Nicht schmerzhaft", "de"),
    ("negation", "Not done", "nem történt meg", "hu"),
    ("negation", "Non-malignant tumour", "Gutartiger Tumor", "de"),
    ("negation", "Non-Hodgkin lymphoma", "Non-Hodgkin-Lymphom", "de"),
    ("negation", "Form No. 5", "Formular Nr. 5", "de"),
    ("negation", "Asymptomatic infection", "Infección sin síntomas", "es"),
    ("negation", "Fever, not specified", "Fiebre inespecífica", "es"),
    ("negation", "Fever, not specified", "Unspezifisches Fieber", "de"),
    ("negation", "Ulcer without bleeding", "Ulcus zonder bloeding", "nl"),
    ("negation", "Ulcer without bleeding", "Язва без кровотечения", "ru"),
    ("untranslated", "HIV", "HIV", "de"),
    ("untranslated", "Cough", "Husten", "de"),
    ("language", "Fever", "Fieber", "de"),
    ("script", "СПИД", "СПИД", "de"),
    ("script", "Vitamin A", "A", "de"),
    ("script", "Arm", "Arm", "de"),
    ("length", "Cough and pain", "Husten und Schmerz", "de"),
    ("abbreviations", "HIV disease", "Maladie à VIH", "fr"),
    ("abbreviations", "MEASLES", "Masern", "de"),  # shouted, no abbreviation
    ("abbreviations", "Diabetes mellitus type II", "Diabetes mellitus Typ 2", "de"),
    ("abbreviations", "AIDS", "Sida", "fr"),
    ("abbreviations", "AIDS", "艾滋病", "zh"),
    ("abbreviations", "IV infusion", "Intravenöse Infusion", "de"),
    ("brackets", "Toe(s)", "Zehe(n)", "de"),
    ("casing", "Measles", "Masern", "de"),
    ("casing", "measles", "masern", "de"),
    ("casing", "Measles", "麻疹", "zh"),
    ("casing", "AIDS", "Sida", "fr"),
]


@pytest.fixture(scope="module")
def norms() -> Norms:
    sources, targets = zip(*EVERYDAY, strict=True)
    vectors = np.zeros((len(EVERYDAY), 2), dtype=np.float32)
    rows = np.stack([np.arange(len(EVERYDAY))] * 2, axis=1)
    return Forms(Listing(Vocabulary("en", sources, vectors), Vocabulary("de", targets, vectors), rows)).norms()


@pytest.mark.parametrize(("name", "source", "target", "language", "value", "sentence"), WRONG)
def test_holds_against(
    norms: Norms, name: str, source: str, target: str, language: str, value: float, sentence: str
) -> None:
    check, pair = BY_ID[name], (Form.of(source, "en"), Form.of(target, language))
    assert check.value(*pair, norms) == pytest.approx(value)
    assert check.sentence(*pair, norms) == sentence


@pytest.mark.parametrize(("name", "source", "target", "language"), RIGHT)
def test_leaves_alone(norms: Norms, name: str, source: str, target: str, language: str) -> None:
    assert BY_ID[name].value(Form.of(source, "en"), Form.of(target, language), norms) == 0


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_has_both_kinds(check: Check) -> None:
    assert check.id in {name for name, *_ in WRONG}
    assert check.id in {name for name, *_ in RIGHT}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
@pytest.mark.parametrize("source", ["", "—", "123", "\U0001f600", "كسر", "NaN"])
@pytest.mark.parametrize("target", ["", "(", "ß", "骨折"])
def test_any_text_gives_a_share(norms: Norms, check: Check, source: str, target: str) -> None:
    pair = Form.of(source, "en"), Form.of(target, "de")
    assert 0 <= check.value(*pair, norms) <= 1
    assert check.sentence(*pair, norms).endswith(".")


def test_a_list_of_capitals_has_no_opinion_on_case() -> None:
    rows = np.array([[0, 0], [1, 1]])
    vectors = np.zeros((2, 2), dtype=np.float32)
    listing = Listing(
        Vocabulary("en", ("COUGH", "fever"), vectors), Vocabulary("de", ("HUSTEN", "Fieber"), vectors), rows
    )
    forms = Forms(listing)
    assert [BY_ID["casing"].value(*pair, forms.norms()) for pair in forms] == [0, 0]


@pytest.mark.parametrize("table", [POLES, LIMBS, NEGATIONS], ids=["poles", "limbs", "negations"])
def test_tables_are_written_as_words_are_folded(table: Mapping[str, Mapping[str, str] | tuple[str, str]]) -> None:
    patterns = [
        pattern for forms in table.values() for pattern in (forms.values() if isinstance(forms, Mapping) else forms)
    ]
    assert [pattern for pattern in patterns if pattern.casefold() != pattern] == []


def test_a_word_keeps_its_vowel_signs() -> None:
    assert Form.of("मधुमेह टाइप २", "hi").words == ("मधुमेह", "टाइप")
    assert Form.of("مُزمِن", "ar").words == ("مُزمِن",)
    assert Form.of("मधुमेह टाइप २", "hi").numbers == ("2",)
