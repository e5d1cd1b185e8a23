"""The list view and the search, by keyboard and by mouse."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import visit

pytestmark = pytest.mark.browser


def test_several_pairs_get_one_answer_when_their_number_is_typed(browser: Browser, address: str) -> None:
    with visit(browser, address, "list-reviewer") as page:
        page.goto("/projects/list/pairs/?size=10")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        expect(page.locator("#chosen")).to_have_text("2 pairs are chosen.")
        page.get_by_label("Type how many pairs").fill("3")
        page.get_by_role("button", name="Give this answer").click()
        expect(page.locator("#chosen")).to_have_text("Type 2 to answer the 2 pairs that you chose.")
        page.get_by_label("Type how many pairs").fill("2")
        page.get_by_role("button", name="Give this answer").click()
        expect(page.locator(".messages")).to_contain_text("2 pairs have your answer.")
        expect(page).to_have_url(re.compile(r"size=10"))
        expect(page.locator(".pair-state .chip.good")).to_have_count(2)


def test_a_filter_is_saved_as_it_is_shown(browser: Browser, address: str) -> None:
    with visit(browser, address, "list-second") as page:
        page.goto("/projects/list/pairs/")
        page.get_by_label("Language pair").select_option("zh")
        page.wait_for_url("**language=zh**")
        page.get_by_text("Save this filter").click()
        page.get_by_label("Name").fill("Chinese ones")
        page.get_by_role("button", name="Save", exact=True).click()
        page.goto("/projects/list/pairs/")
        page.get_by_role("link", name="Chinese ones").click()
        expect(page.get_by_label("Language pair")).to_have_value("zh")


def test_search_is_one_key_away_and_leads_to_the_concept(browser: Browser, address: str) -> None:
    with visit(browser, address, "list-second") as page:
        page.goto("/projects/list/review/")
        page.keyboard.press("/")
        expect(page.get_by_label("Term")).to_be_focused()
        page.keyboard.type("migrane")
        page.get_by_role("link", name="Migräne").press("Enter")
        expect(page.get_by_role("heading", name="Concept G43")).to_be_visible()
