"""Several people at once, and one on a phone: twenty verdicts, a conflict and its end, newcomers, one's own keys."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import visit

pytestmark = pytest.mark.browser
KEYS = "axau1a2axa3u4aaxa5aa"  # twenty verdicts


def open_review(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("body[data-ready] .card")).to_be_visible()


def pair(page: Page) -> str:
    return page.locator(".card").get_attribute("data-pair") or ""


def press(page: Page, key: str) -> str:
    """Presses a key, waits for another pair; the one that was answered."""
    now = pair(page)
    page.keyboard.press(key)
    expect(page.locator(f'.card[data-pair="{now}"]')).to_have_count(0)
    expect(page.locator(".card")).to_be_visible()
    return now


def mine(page: Page) -> str:
    return page.get_by_role("link", name=re.compile("^Mine")).inner_text()


def test_twenty_verdicts_by_keyboard_alone(browser: Browser, address: str) -> None:
    with visit(browser, address, "twenty-reviewer") as page:
        open_review(page, "/projects/twenty/review/")
        seen = [press(page, key) for key in KEYS]
        assert len(set(seen)) == len(KEYS)
        expect(page.get_by_role("link", name=re.compile("^Mine"))).to_have_text(re.compile(r"Mine\s+20$"))
        page.goto("/projects/twenty/review/mine/")
        expect(page.locator(".pair-list li")).to_have_count(20)


def test_two_reviewers_at_once_never_meet(browser: Browser, address: str) -> None:
    with visit(browser, address, "together-reviewer") as one, visit(browser, address, "together-second") as other:
        for page in (one, other):
            open_review(page, "/projects/together/review/")
        seen: list[str] = []
        for _ in range(6):
            seen += [press(page, "a") for page in (one, other)]
        assert len(set(seen)) == 12
        for page in (one, other):
            expect(page.get_by_role("link", name=re.compile("^Mine"))).to_have_text(re.compile(r"Mine\s+6$"))


def test_a_conflict_and_its_end(browser: Browser, address: str) -> None:
    """Two reviewers disagree, the lead takes one answer with a click, and the other reviewer is told."""
    with visit(browser, address, "argued-reviewer") as one, visit(browser, address, "argued-second") as other:
        open_review(one, "/projects/argued/review/")
        where = f"/projects/argued/pairs/{pair(one)}/"
        press(one, "a")
        expect(one.get_by_role("link", name=re.compile("^Mine"))).to_have_text(re.compile(r"Mine\s+1$"))
        open_review(other, where)
        other.keyboard.press("m")
        other.keyboard.type("The types are swapped.")
        other.keyboard.press("Escape")
        press(other, "x")
        expect(other.get_by_role("link", name=re.compile("^Conflicts"))).to_have_text(re.compile(r"Conflicts\s+1$"))
        with visit(browser, address, "argued-lead") as lead:
            lead.goto("/projects/argued/conflicts/")
            expect(lead.locator(".answers li")).to_have_count(2)
            expect(lead.locator(".answers")).to_contain_text("The types are swapped.")
            lead.get_by_role("button", name=re.compile("Take this: Not equivalent")).click()
            expect(lead.get_by_text("is decided: Not equivalent")).to_be_visible()
            expect(lead.get_by_role("heading", name="No conflict is open")).to_be_visible()
        one.goto("/notifications/")
        expect(one.locator(".notices")).to_contain_text("The lead has decided")


def test_a_newcomer_practises_then_reviews(browser: Browser, address: str) -> None:
    with visit(browser, address, "newcomers-reviewer") as page:
        page.goto("/projects/newcomers/review/")
        expect(page.get_by_role("heading", name="Practice")).to_be_visible()
        for key, said in (("a", "Right"), ("x", "Not what the lead answered")):
            expect(page.locator("body[data-ready] form.decide")).to_be_visible()
            page.keyboard.press(key)
            expect(page.locator("#told")).to_contain_text(said)
            expect(page.locator("#told strong")).to_have_text("same")
            expect(page.locator("#go-on")).to_be_focused()
            page.keyboard.press("Enter")  # on the way on, not on the explanation's own link
            expect(page.locator("#told")).to_have_count(0)
        page.wait_for_url("**/newcomers/review/")
        expect(page.locator(".card")).to_be_visible()
        assert mine(page).split()[-1] == "0"


def test_practice_has_the_keys_of_the_queue(browser: Browser, address: str) -> None:
    with visit(browser, address, "newcomers-lead") as page:
        page.goto("/projects/newcomers/practice/")
        expect(page.get_by_role("heading", name="Guidelines")).to_be_visible()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_contain_text("False friend")
        page.keyboard.press("Escape")
        page.keyboard.press("c")
        page.keyboard.type("Fallsucht")
        page.keyboard.press("Escape")
        page.keyboard.press("a")  # not what was typed: refused, nothing lost
        expect(page.locator("#said")).to_contain_text("A correction is in the field")
        expect(page.get_by_role("combobox")).to_have_value("Fallsucht")
        page.get_by_label("Note").focus()
        page.keyboard.press("Control+Enter")
        expect(page.locator("#told")).to_contain_text("Corrected “Fallsucht”")
        expect(page.locator("#told [lang=de]", has_text="Fallsucht")).to_have_attribute("dir", "ltr")


def test_keys_can_be_moved_and_switched_off(browser: Browser, address: str) -> None:
    with visit(browser, address, "moved-reviewer") as page:
        page.goto("/settings/")
        page.get_by_label("Equivalent", exact=True).fill("j")
        page.get_by_role("button", name="Save the keys").click()
        open_review(page, "/projects/moved/review/")
        before = pair(page)
        page.keyboard.press("a")
        assert pair(page) == before
        press(page, "j")
        page.goto("/settings/")
        page.get_by_label("Switch all single keys off").check()
        page.get_by_role("button", name="Save the keys").click()
        open_review(page, "/projects/moved/review/")
        before = pair(page)
        for key in "jxs":
            page.keyboard.press(key)
        assert pair(page) == before
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_contain_text("Single-letter keys are off.")


def test_review_on_a_phone(browser: Browser, address: str) -> None:
    with visit(browser, address, "phone-reviewer", width=390) as page:
        open_review(page, "/projects/phone/review/")
        for _ in range(3):
            now = pair(page)
            page.get_by_role("button", name="Equivalent", exact=True).tap()
            expect(page.locator(f'.card[data-pair="{now}"]')).to_have_count(0)
            expect(page.locator(".card")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            expect(page.locator("#source-term")).to_be_in_viewport()
        expect(page.get_by_role("link", name=re.compile("^Mine"))).to_have_text(re.compile(r"Mine\s+3$"))
        page.get_by_role("button", name="Undo").tap()
        expect(page.get_by_role("link", name=re.compile("^Mine"))).to_have_text(re.compile(r"Mine\s+2$"))


def test_the_page_speaks_german(browser: Browser, address: str) -> None:
    with visit(browser, address, "phone-second", language="de-DE") as page:
        open_review(page, "/projects/phone/review/")
        expect(page.get_by_role("button", name="Gleichwertig", exact=True)).to_be_visible()
        page.keyboard.press("Control+z")
        expect(page.locator("#said")).to_have_text("Es gibt nichts zurückzunehmen.")
