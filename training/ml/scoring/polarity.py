"""Words that turn a term into its opposite, by language: sides, courses, positions, parties, negation. Tables only.

A language without a table has no opinion. A pole counts only against its opposite: "right" beside "Recht" is no
contradiction, "right" beside "links" is.
"""

import re
from functools import cache, lru_cache
from typing import Literal

OPPOSITES = (
    ("left", "right"), ("acute", "chronic"), ("upper", "lower"), ("internal", "external"), ("benign", "malignant"),
    ("male", "female"), ("raised", "lowered"), ("anterior", "posterior"), ("primary", "secondary"),
    ("plaintiff", "defendant"), ("buyer", "seller"), ("creditor", "debtor"), ("lessor", "lessee"),
    ("employer", "employee"), ("thigh", "shank"), ("arm", "forearm"),
)  # fmt: skip

POLES = {
    "en": {
        "left": r"left", "right": r"right", "acute": r"acute", "chronic": r"chronic", "upper": r"upper|superior",
        "lower": r"lower|inferior", "internal": r"internal", "external": r"external", "benign": r"benign",
        "malignant": r"malignant", "male": r"males?|men|man", "female": r"females?|women|woman",
        "raised": r"hyper\w+|increased|high", "lowered": r"hypo(?!phy|thec|thes)\w+|decreased|low",
        "anterior": r"anterior", "posterior": r"posterior", "primary": r"primary", "secondary": r"secondary",
        "plaintiff": r"plaintiff|claimant", "defendant": r"defendant", "buyer": r"buyer|purchaser",
        "seller": r"seller|vendor", "creditor": r"creditor", "debtor": r"debtor", "lessor": r"lessor|landlord",
        "lessee": r"lessee|tenant", "employer": r"employers?", "employee": r"employees?",
    },
    "de": {
        "left": r"links\w*|linke[nrsm]?", "right": r"rechts(?:(?:seit|herz|schenkel|ventrik)\w*)?|rechte[nrsm]?",
        "acute": r"akut\w*", "chronic": r"chronisch\w*",
        "upper": r"ober(?:e[nrsm]?|arm\w*|schenkel\w*|kiefer\w*|lid\w*)?",
        "lower": r"unter(?:e[nrsm]?|arm\w*|schenkel\w*|kiefer\w*|lid\w*)?", "internal": r"inner(?!halb)\w+|intern\w*",
        "external": r"äusser\w*|extern\w*", "benign": r"gutartig\w*|benign\w*", "malignant": r"bösartig\w*|malign\w*",
        "male": r"männlich\w*|männer|mann", "female": r"weiblich\w*|frau\w*", "raised": r"hyper\w+|erhöht\w*|hohe\w*",
        "lowered": r"hypo(?!phy|thek|thes)\w+|erniedrigt\w*|niedrig\w*|vermindert\w*", "anterior": r"vordere\w*",
        "posterior": r"hintere\w*", "primary": r"primär\w*", "secondary": r"sekundär\w*", "plaintiff": r"kläger\w*",
        "defendant": r"beklagte\w*", "buyer": r"käufer\w*", "seller": r"verkäufer\w*", "creditor": r"gläubiger\w*",
        "debtor": r"schuldner\w*", "lessor": r"vermieter\w*|verpächter\w*", "lessee": r"mieter\w*|pächter\w*",
        "employer": r"arbeitgeber\w*", "employee": r"arbeitnehmer\w*",
    },
    "fr": {
        "left": r"gauches?", "right": r"droite?s?", "acute": r"aiguë?s?|aigües?|aigüe", "chronic": r"chroniques?",
        "upper": r"supérieure?s?", "lower": r"inférieure?s?", "internal": r"internes?", "external": r"externes?",
        "benign": r"bénin\w*|bénigne?s?", "malignant": r"mali(?:n|ns|gne|gnes)", "male": r"masculine?s?|hommes?",
        "female": r"féminine?s?|femmes?", "raised": r"hyper\w+|élevée?s?",
        "lowered": r"hypo(?!phy|th[èé](?!r))\w+|diminuée?s?", "anterior": r"antérieure?s?",
        "posterior": r"postérieure?s?", "primary": r"primaires?|primiti(?:f|ve)s?", "secondary": r"secondaires?",
        "plaintiff": r"demandeurs?|demanderesses?", "defendant": r"défendeurs?", "buyer": r"acheteurs?|acquéreurs?",
        "seller": r"vendeurs?", "creditor": r"créanciers?", "debtor": r"débiteurs?", "lessor": r"bailleurs?",
        "lessee": r"locataires?|preneurs?", "employer": r"employeurs?", "employee": r"salariée?s?|employée?s?",
    },
    "es": {
        "left": r"izquierd[oa]s?", "right": r"derech[oa]s?", "acute": r"agud[oa]s?", "chronic": r"crónic[oa]s?",
        "upper": r"superior(?:es)?", "lower": r"inferior(?:es)?", "internal": r"intern[oa]s?",
        "external": r"extern[oa]s?", "benign": r"benign[oa]s?", "malignant": r"malign[oa]s?",
        "male": r"masculin[oa]s?|varones|hombres?", "female": r"femenin[oa]s?|mujer(?:es)?",
        "raised": r"hiper\w+|elevad[oa]s?", "lowered": r"hipo(?!fi|tec|tes|tét)\w+|disminuid[oa]s?",
        "anterior": r"anterior(?:es)?", "posterior": r"posterior(?:es)?", "primary": r"primari[oa]s?",
        "secondary": r"secundari[oa]s?", "plaintiff": r"demandante", "defendant": r"demandad[oa]",
        "buyer": r"comprador(?:a|es)?", "seller": r"vendedor(?:a|es)?", "creditor": r"acreedor(?:a|es)?",
        "debtor": r"deudor(?:a|es)?", "lessor": r"arrendador(?:a|es)?", "lessee": r"arrendatari[oa]s?|inquilin[oa]s?",
        "employer": r"empleador(?:a|es)?|patron(?:o|es)", "employee": r"emplead[oa]s?|trabajador(?:a|es)?",
    },
    "pt": {
        "left": r"esquerd[oa]s?", "right": r"direit[oa]s?", "acute": r"agud[oa]s?",
        "chronic": r"crônic[oa]s?|crónic[oa]s?", "upper": r"superior(?:es)?", "lower": r"inferior(?:es)?",
        "internal": r"intern[oa]s?", "external": r"extern[oa]s?", "benign": r"benign[oa]s?",
        "malignant": r"malign[oa]s?", "male": r"masculin[oa]s?", "female": r"feminin[oa]s?", "raised": r"hiper\w+",
        "lowered": r"hipo(?!fi|tec|tét)\w+", "anterior": r"anterior(?:es)?", "posterior": r"posterior(?:es)?",
        "primary": r"primári[oa]s?", "secondary": r"secundári[oa]s?",
    },
    "it": {
        "left": r"sinistr[oaie]", "right": r"destr[oaie]|diritt[oi]", "acute": r"acut[oaie]",
        "chronic": r"cronic[oai]|croniche", "upper": r"superior[ei]", "lower": r"inferior[ei]",
        "internal": r"intern[oaie]", "external": r"estern[oaie]", "benign": r"benign[oaie]",
        "malignant": r"malign[oaie]", "male": r"maschil[ei]", "female": r"femminil[ei]", "raised": r"iper\w+",
        "lowered": r"ipo(?!fi|tec|tes|tét)\w+", "primary": r"primari[oae]?", "secondary": r"secondari[oae]?",
    },
    "nl": {
        "left": r"linker\w*|links|linkszijdige?", "right": r"rechter\w*|rechts|rechtszijdige?",
        "acute": r"acu(?:ut|te)", "chronic": r"chronische?", "upper": r"boven(?:ste|kaak\w*)?",
        "lower": r"onderste|onderkaak\w*", "internal": r"inwendige?|interne?", "external": r"uitwendige?|externe?",
        "benign": r"goedaardige?|benigne", "malignant": r"kwaadaardige?|maligne", "male": r"mannelijke?|mannen|man",
        "female": r"vrouwelijke?|vrouw(?:en)?", "raised": r"hyper\w+|verhoogde?",
        "lowered": r"hypo(?!fy|thec|thek|thes)\w+|verlaagde?|verminderde?", "anterior": r"voorste",
        "posterior": r"achterste", "primary": r"primaire?", "secondary": r"secundaire?",
        "plaintiff": r"eisers?|eiseres", "defendant": r"gedaagden?", "buyer": r"kopers?", "seller": r"verkopers?",
        "creditor": r"schuldeisers?", "debtor": r"schuldenaa?r(?:s|en)?", "lessor": r"verhuurders?",
        "lessee": r"huurders?", "employer": r"werkgevers?", "employee": r"werknemers?",
    },
    "pl": {
        "left": r"lew(?:y|a|e|ego|ej|ą|ym|ych|ostronn\w+)", "right": r"praw(?:y|a|e|ego|ej|ą|ym|ych|ostronn\w+)",
        "acute": r"ostr(?:y|a|e|ego|ej|ą|ym|ych)", "chronic": r"przewlekł\w+|chroniczn\w+", "upper": r"górn\w+",
        "lower": r"doln\w+", "internal": r"wewnętrzn\w+", "external": r"zewnętrzn\w+", "benign": r"łagodn\w+",
        "malignant": r"złośliw\w+", "male": r"męsk\w+|mężczy[zź]n\w*", "female": r"żeńsk\w+|kobie[ct]\w*",
        "raised": r"hiper\w+|podwyższon\w+", "lowered": r"hipo(?!fiz|te[ckz])\w+|obniżon\w+|zmniejszon\w+",
        "anterior": r"przedni\w*", "posterior": r"tyln\w+", "primary": r"pierwotn\w+", "secondary": r"wtórn\w+",
        "defendant": r"pozwan\w+", "plaintiff": r"powod(?:a|owi|em)|powód", "seller": r"sprzedawc\w+",
        "buyer": r"kupując\w+|nabywc\w+", "creditor": r"wierzyciel\w*", "debtor": r"dłużnik\w*",
        "lessor": r"wynajmując\w+|wydzierżawiając\w+", "lessee": r"najemc\w+|dzierżawc\w+",
        "employer": r"pracodawc\w+", "employee": r"pracowni[ck]\w*",
    },
    "ru": {
        "left": r"лев(?:ый|ая|ое|ые|ого|ой|ую|ым|ых|ом|осторонн\w+)",
        "right": r"прав(?:ый|ая|ое|ые|ого|ой|ую|ым|ых|ом|осторонн\w+)",
        "acute": r"остр(?:ый|ая|ое|ые|ого|ой|ую|ым|ых|ом)", "chronic": r"хронич\w+", "upper": r"верхн\w+",
        "lower": r"нижн\w+", "internal": r"внутренн\w+", "external": r"наружн\w+|внешн\w+",
        "benign": r"доброкачеств\w+", "malignant": r"злокачеств\w+", "male": r"мужск\w+|мужчин\w*",
        "female": r"женск\w+|женщин\w*", "raised": r"гипер\w+|повышенн\w+",
        "lowered": r"гипо(?!физ|те[кз]|тет)\w+|пониженн\w+|сниженн\w+", "anterior": r"передн\w+",
        "posterior": r"задн\w+", "primary": r"первичн\w+", "secondary": r"вторичн\w+",
        "plaintiff": r"истец|истц\w+", "defendant": r"ответчик\w*", "buyer": r"покупател\w+",
        "seller": r"продавец|продавц\w+", "creditor": r"кредитор\w*", "debtor": r"должник\w*",
        "lessor": r"арендодател\w+|наймодател\w+", "lessee": r"арендатор\w*|нанимател\w+",
        "employer": r"работодател\w+", "employee": r"работник\w*",
    },
}  # fmt: skip
LIMBS = {  # poles that some languages say in one word with another, and others don't
    "en": {"thigh": r"thighs?", "forearm": r"forearms?"},
    "de": {
        "thigh": r"oberschenkel\w*", "shank": r"unterschenkel\w*", "arm": r"oberarm\w*", "forearm": r"unterarm\w*",
    },
    "nl": {
        "thigh": r"bovenbe[eo]n\w*|dij\w*", "shank": r"onderbe[eo]n\w*", "arm": r"bovenarm\w*",
        "forearm": r"onderarm\w*",
    },
}  # fmt: skip
CHARACTERS = {
    "zh": {
        "left": "左", "right": "右", "acute": "急性", "chronic": "慢性", "benign": "良性", "malignant": "恶性|惡性",
        "male": "男", "female": "女", "primary": "原发性", "secondary": "继发性", "anterior": "前部",
        "posterior": "后部", "upper": "上(?=[肢臂唇颌腹肺叶极端段部]|呼吸|消化)",
        "lower": "(?<![皮膜以])下(?=[肢唇颌腹肺叶极端段部]|呼吸|消化)", "internal": "内(?=[侧耳踝部])",
        "external": "外(?=[侧耳踝部])",
    },
    "ja": {
        "left": "左", "right": "右", "acute": "急性", "chronic": "慢性", "benign": "良性", "malignant": "悪性",
        "male": "男性", "female": "女性", "primary": "原発性", "secondary": "続発性|二次性",
        "upper": "上(?=[肢腕唇顎腹葉端部])", "lower": "(?<![皮膜以])下(?=[肢腿唇顎腹葉端部])",
        "internal": "内(?=[側耳踝部])", "external": "外(?=[側耳踝部])",
    },
}  # fmt: skip

# Beginnings of words that in- and im- turn into their opposites, in all of these languages: not those of infection.
TURNED = (
    "(?:activ|aktiv|adequ|adäqu|capa|cert|cier|compat|compet|kompat|kompet|complet|komplet|condi|consci|contin|kontin|"
    "curab|depend|determin|direct|direkt|effect|effekt|eleg|espec|exact|fertil|habil|habit|mobil|matur|oper|perfect|perfekt|"
    "possib|posib|potent|soluble|stab|suffi|sufi|suffiz|toler|util|valid|viab|visib|volunt)"
)

WANTING = r"a(?:s?s[iy]m?[pn]?tom|febr|fébr|t[iyí]p)\w*"  # asymptomatic, afebrile, atypical

# Of a negation that the other side must answer those that may stand before an adjective.
NOT = frozenset({"not", "non", "no", "nicht", "não", "niet", "nie", "не"})

# A negation that the other side must answer; then what may answer it beside such words.
NEGATIONS = {
    "en": (
        r"without|not|no|non|neither|nor|never",
        rf"un(?!i[cfolqst]|der|til|cle)\w+|i[nm]{TURNED}\w*|non\w+|\w{{3,}}less|lack\w*|absen\w+|free|fail\w*|except\w*|"
        rf"other|exclu\w+|missing|de(?:void|ficien)\w*|disabl\w+|disuse|discont\w+|dislik\w+|{WANTING}",
    ),
    "de": (
        r"ohne|nicht|non|kein\w*|weder|nie",
        rf"un(?!ter|i|d|s$|ser|sre|gar)\w+|i[nm]{TURNED}\w*|nicht\w+|\w{{3,}}los\w*|\w*frei\w*|fehl(?!bild)\w*|mangel\w*|"
        rf"ausser|ausge\w+|{WANTING}",
    ),
    "fr": (
        r"sans|non|pas|aucune?|ni|jamais",
        rf"i[nm]{TURNED}\w*|inconnu\w*|indét\w+|dés\w+|manque|absen\w+|sauf|excepté\w*|défaut|autres?|{WANTING}",
    ),
    "es": (
        r"sin|no|ningun[oa]?|ni|nunca",
        rf"i[nm]{TURNED}\w*|desconoc\w+|falta|ausen\w+|excepto|exclu\w+|{WANTING}",
    ),
    "pt": (
        r"sem|não|nenhum\w*|nem|nunca",
        rf"i[nm]{TURNED}\w*|desconhec\w+|falta|ausên\w+|exceto|exclu\w+|{WANTING}",
    ),
    "it": (
        r"senza|non|nessun\w*|né|mai",
        rf"i[nm]{TURNED}\w*|sconosciut\w+|mancan\w+|assen\w+|tranne|esclus\w+|aspecific\w+|{WANTING}",
    ),
    "nl": (
        r"zonder|niet|non|geen|noch|nooit",
        rf"on(?!der|t)\w+|i[nm]{TURNED}\w*|niet\w+|\w{{3,}}lo[oz]\w*|\w*vrije?|afwez\w+|ontbre\w+|ontoereik\w+|gebrek\w*|behalve|"
        rf"uitge\w+|exclu\w+|{WANTING}",
    ),
    "pl": (
        r"bez|nie|żad\w+|ani|nigdy",
        rf"nie\w+|bez\w+|brak\w*|oprócz|wyjątk\w+|z?wyklucz\w+|poza|inn\w+|{WANTING}",
    ),
    "ru": (
        r"без|не|нет|ни|никогда",
        r"не\w+|без\w+|бес\w+|отсутств\w+|кроме|исключ\w+|друг\w+|иных|а(?:симптом|тип|фебр)\w*",
    ),
}
NEGATING_CHARACTERS = {"zh": "无不非未勿無", "ja": "無不非未"}


def primary_language(code: str) -> str:
    return code.replace("_", "-").split("-")[0].lower()


@lru_cache(maxsize=200_000)
def poles_of(word: str, language: str) -> tuple[str, ...]:
    """The poles that a folded word names in this language."""
    matches = (pattern.fullmatch(word) for pattern in (_words(language), _limbs(language)) if pattern)
    return tuple(str(match.lastgroup) for match in matches if match)


def poles_in(text: str, language: str) -> dict[str, str]:
    """Poles and the characters that name them, in scripts that don't part their words."""
    pattern = _characters(language)
    return {str(match.lastgroup): match[0] for match in pattern.finditer(text)} if pattern else {}


@lru_cache(maxsize=200_000)
def negation(word: str, language: str) -> Literal["", "answers", "negates"]:
    """Whether a folded word negates so that the other side must answer, may answer such a word, or neither."""
    must, may = NEGATIONS[language]
    return "negates" if re.fullmatch(must, word) else "answers" if re.fullmatch(may, word) else ""


def negates(piece: str, language: str) -> bool:
    """Whether a folded word, or a character of a script that doesn't part its words, negates."""
    if language in NEGATING_CHARACTERS:
        return piece in set(NEGATING_CHARACTERS[language])
    return language in NEGATIONS and bool(re.fullmatch(NEGATIONS[language][0], piece))


@cache
def _words(language: str) -> re.Pattern[str] | None:
    return _named(POLES.get(language))


@cache
def _limbs(language: str) -> re.Pattern[str] | None:
    return _named(LIMBS.get(language))


@cache
def _characters(language: str) -> re.Pattern[str] | None:
    return _named(CHARACTERS.get(language))


def _named(table: dict[str, str] | None) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?P<{name}>{form})" for name, form in table.items())) if table else None
