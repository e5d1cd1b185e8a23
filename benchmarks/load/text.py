"""Invented terms in five scripts, as long as those of a classification, the same for the same number. Pure."""

import random
from collections.abc import Mapping

LISTS: Mapping[str, str] = {
    "en": (
        "acute chronic malignant benign neoplasm fracture of the upper lower left right lobe bronchus lung kidney "
        "liver unspecified other specified disorder syndrome injury with without complications secondary primary "
        "infection congenital malformation due to hypertension diabetes mellitus type renal hepatic cardiac vascular "
        "disease poisoning by adverse effect initial encounter subsequent open closed displaced femur radius shaft"
    ),
    "de": (
        "akute chronische bösartige gutartige Neubildung Fraktur des oberen unteren linken rechten Lappens Bronchus "
        "Lunge Niere Leber nicht näher bezeichnete sonstige Krankheit Syndrom Verletzung mit ohne Komplikationen "
        "sekundäre primäre Infektion angeborene Fehlbildung durch Hypertonie Diabetes Typ Nierenversagen "
        "Herzinsuffizienz Gefäßkrankheiten Vergiftung unerwünschte Nebenwirkung Oberschenkelhalsbruch Schaft"
    ),
    "ru": (
        "острый хронический злокачественное доброкачественное новообразование перелом верхней нижней левой правой "
        "доли лёгкого почки печени неуточнённый другие болезнь синдром травма с без осложнений вторичная инфекция "
        "врождённая аномалия вследствие гипертензии сахарный диабет типа почечная недостаточность"
    ),
    "ar": (
        "حاد مزمن خبيث حميد ورم كسر العلوي السفلي الأيسر الأيمن الفص القصبة الرئة الكلية الكبد غير محدد أخرى "
        "اضطراب متلازمة إصابة مع بدون مضاعفات ثانوي أولي عدوى خلقي تشوه بسبب ارتفاع ضغط الدم السكري النوع القلب"
    ),
    "zh": ("急性 慢性 恶性 良性 肿瘤 骨折 上叶 下叶 左侧 右侧 支气管 肺 肾 肝 未特指 其他 疾患 综合征 损伤 伴有 "
                "不伴有 并发症 继发性 原发性 感染 先天性 畸形 高血压 糖尿病 心力衰竭 血管 中毒"),
}  # fmt: skip
WORDS = {language: tuple(words.split()) for language, words in LISTS.items()}
TARGETS = tuple(language for language in WORDS if language != "en")


def term(language: str, number: int) -> str:
    """3 to 9 words; the number stands in it, since a concept has each text once."""
    chance = random.Random(f"{language}:{number}")
    words = chance.choices(WORDS[language], k=chance.randint(3, 9))
    words.insert(chance.randrange(len(words) + 1), str(number))
    text = ("" if language == "zh" else " ").join(words)
    return text[0].upper() + text[1:]
