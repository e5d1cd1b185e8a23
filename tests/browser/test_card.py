"""One card: what there is to compare, where the focus is, and each way to say how sure one is or what is wrong."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_review import open_review, target
from tests.browser.visitor import visit

pytestmark = pytest.mark.browser
ACCENT = "getComputedStyle(document.querySelector('.decision.equivalent')).backgroundColor"


def test_five_neighbours_each_way_with_score_and_lead(browser: Browser, address: str) -> None:
    with visit(browser, address, "card-reviewer") as page:
        open_review(page, "card")
        expect(page.locator(".neighbours")).to_have_count(2)
        for way in page.locator(".neighbours").all():
            expect(way.locator(".neighbour-term")).to_have_count(5)
            expect(way.locator(".score")).to_have_text([re.compile(r"^0\.\d{3}$")] * 5)
            ahead = [re.compile(r"^\s*ahead of the next by\s+\+0\.\d{3}\s*$")] * 4
            expect(way.locator(".lead")).to_have_text([*ahead, ""])


def test_the_next_card_has_the_focus_and_shows_it(browser: Browser, address: str) -> None:
    with visit(browser, address, "card-reviewer") as page:
        page.emulate_media(reduced_motion="reduce")
        open_review(page, "card")
        first = target(page)
        page.keyboard.press("s")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(first)
        expect(page.locator(".card")).to_be_focused()
        expect(page.locator(".card > .item")).to_have_css("border-top-color", page.evaluate(ACCENT))


def test_f_flags_a_pair_for_the_lead(browser: Browser, address: str) -> None:
    with visit(browser, address, "card-reviewer") as page:
        open_review(page, "card")
        flagged = target(page)
        with page.expect_response("**/answer/"):
            page.keyboard.press("f")
        expect(page.locator("#said")).to_contain_text(f"– {flagged}")
        page.goto("/projects/card/pairs/?state=flagged")
        expect(page.locator(".pair-list")).to_contain_text(flagged)


def test_arrows_choose_how_sure_one_is_and_undo_brings_it_back(browser: Browser, address: str) -> None:
    with visit(browser, address, "card-second") as page:
        open_review(page, "card")
        page.wait_for_load_state("networkidle")
        judged = target(page)
        page.get_by_label("A guess").check()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert target(page) == judged
        expect(page.get_by_label("Certain")).to_be_checked()
        with page.expect_response("**/answer/"):
            page.keyboard.press("a")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(judged)
        expect(page.locator("[name=confidence]:checked")).to_have_count(0)
        page.keyboard.press("Control+z")
        expect(page.locator(".term-text").nth(1)).to_have_text(judged)
        expect(page.get_by_label("Certain")).to_be_checked()


def test_a_lead_makes_the_pair_on_screen_a_gold_pair(browser: Browser, address: str) -> None:
    with visit(browser, address, "golden-lead") as page:
        page.goto("/projects/golden/pairs/?language=ar&size=100")
        page.locator("a.pair-terms", has_text="الصرع").click()
        expect(page.locator("body[data-ready] .card")).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.get_by_text("Make this a gold pair").click()
        page.get_by_label("Explanation").fill("The same disease.")
        page.get_by_role("button", name="Equivalent", exact=True).click()
        expect(page.locator(".term-text").nth(1)).not_to_have_text("الصرع")
        expect(page.locator(".make-gold")).to_be_hidden()  # it is about the pair that was here
        page.keyboard.press("Control+z")
        expect(page.locator(".term-text").nth(1)).to_have_text("الصرع")
        expect(page.get_by_label("Explanation")).to_have_value("The same disease.")
        page.get_by_role("button", name="Make it a gold pair").click()
        expect(page.locator(".messages")).to_contain_text("The pair is a gold pair now.")
        expect(page.locator("main")).to_contain_text("الصرع")
