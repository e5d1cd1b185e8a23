import pytest

from workbench.demo.dictionary import domain_rows, family, general_rows, heads
from workbench.demo.prepare import WRITTEN
from workbench.demo.rows import Row, read_rows, terms_of

LINES = """\
# Version :: devel
Klageschrift {f}; Klagschrift {f} [Ös.] [jur.] | Klageschriften {pl} :: statement of claim; complaint [Am.] | statements
Genehmigung {f} (einer Sache) /Gen./ [jur.] [adm.] :: approval (of sth.); sanction <sanktion>
Aktie {f} [fin.] :: share
Brot {n}; Laib {m} | Brote {pl} :: bread; loaf of sth.; bread/loaf; it\x92s bread
Bank {f} :: bench
Bank {f} [ugs.] :: bank
Bank {f} (am Fluss) :: bank
kein Trenner
"""


def found(lines: str = LINES) -> list:
    return list(heads(lines.splitlines()))


def test_a_domain_takes_first_sub_entries_with_their_synonyms() -> None:
    assert domain_rows(found(), "jur.", 4) == [
        Row("Klageschrift", "klage", "en", "statement of claim"),
        Row("Klageschrift", "klage", "en", "complaint"),
        Row("Klageschrift", "klage", "de", "Klageschrift"),
        Row("Klageschrift", "klage", "de", "Klagschrift"),
        Row("Genehmigung", "geneh", "en", "approval"),
        Row("Genehmigung", "geneh", "en", "sanction"),
        Row("Genehmigung", "geneh", "de", "Genehmigung"),
    ]


def test_general_language_has_no_subject_and_no_placeholders() -> None:
    rows = general_rows(found(), 2)

    assert {row.term for row in rows if row.concept_id == "Brot"} == {"Brot", "Laib", "bread"}
    assert not {"share", "statement of claim"} & {row.term for row in rows}


def test_two_senses_of_a_head_are_two_concepts_of_one_family() -> None:
    senses = [row for row in general_rows(found(), 2) if row.term in {"bench", "bank"}]

    assert [(row.concept_id, row.family, row.term) for row in senses] == [
        ("Bank", "bank", "bench"),
        ("Bank 2", "bank", "bank"),
    ]


def test_synonyms_are_capped_a_side() -> None:
    assert [row.term for row in domain_rows(found(), "jur.", 1)][:2] == ["statement of claim", "Klageschrift"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [("gerichtliche Vorladung", "vorla"), ("Klage", "klage"), ("Klageerhebung", "klage"), ("freiwillig", "freiw")],
)
def test_compounds_share_a_family(head: str, expected: str) -> None:
    assert family(head) == expected


def test_the_written_lists_are_complete() -> None:
    for name, languages, least in (("law", "en de fr es", 150), ("everyday", "en de fr es pt", 300)):
        terms = terms_of(read_rows(WRITTEN / f"{name}.csv"))
        concepts = {concept for concept, _ in terms}
        assert len(concepts) >= least
        assert set(terms) == {(concept, language) for concept in concepts for language in languages.split()}
