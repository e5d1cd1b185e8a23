"""What comes back: answers that a reload finds unsent, answers refused late, claims of somebody who was away."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.test_review import expect_counts, open_review, target
from tests.browser.visitor import visit

pytestmark = pytest.mark.browser
RELEASED = """() => {
  const told = [];
  navigator.sendBeacon = (url) => told.push(url);
  dispatchEvent(new Event("pagehide"));
  return told;
}"""


def answer_two(page: Page, slug: str) -> list[str]:
    """Neither reaches the server; their pairs."""
    open_review(page, slug)
    page.wait_for_load_state("networkidle")
    page.route("**/answer/", lambda route: route.abort())
    answered = []
    for _ in range(2):
        answered.append(target(page))
        page.keyboard.press("a")
        expect(page.locator(".card .term-text").nth(1)).not_to_have_text(answered[-1])
    expect(page.locator("#connection")).to_be_visible()
    return answered


def test_undo_leaves_the_answers_of_the_last_visit_to_be_sent_first(browser: Browser, address: str) -> None:
    with visit(browser, address, "back-reviewer") as page:
        first, second = answer_two(page, "back")
        page.reload()
        expect(page.locator("body[data-ready] .card")).to_be_visible()
        page.keyboard.press("Control+z")
        expect(page.locator("#connection")).to_be_visible()
        assert target(page) not in (first, second)
        page.unroute("**/answer/")
        expect(page.locator("#said")).to_have_text("Your last answer is taken back.")
        expect(page.locator(".term-text").nth(1)).to_have_text(second)
        expect_counts(page, 1)
        page.goto("/projects/back/review/mine/")
        expect(page.locator(".pair-list li:not(.taken-back)")).to_contain_text(first)


def test_another_tab_leaves_alone_what_this_one_still_tries_to_send(browser: Browser, address: str) -> None:
    with visit(browser, address, "back-second") as page:
        page.clock.install()
        answer_two(page, "back")
        with page.expect_event("requestfailed"):
            page.clock.fast_forward("01:10")
        other = page.context.new_page()
        open_review(other, "back")
        other.wait_for_load_state("networkidle")
        expect_counts(other, 0)
        page.unroute("**/answer/")
        expect_counts(page, 2)


def test_a_refused_answer_waits_until_the_next_card_is_typed_on(browser: Browser, address: str) -> None:
    with visit(browser, address, "left-reviewer") as page:
        held: list[Route] = []
        page.route("**/answer/", lambda route: held.append(route), times=1)
        open_review(page, "left")
        page.wait_for_load_state("networkidle")
        refused = target(page)
        page.keyboard.press("x")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(refused)
        page.keyboard.press("c")
        page.keyboard.type("alv")
        held[0].fulfill(status=500, body="broken")
        expect(page.locator("#said")).to_contain_text("It comes back after this pair.")
        page.keyboard.type("eola")
        expect(page.get_by_role("combobox")).to_be_focused()
        expect(page.get_by_role("combobox")).to_have_value("alveola")
        page.keyboard.press("Enter")
        expect(page.locator(".term-text").nth(1)).to_have_text(refused)
        expect(page.get_by_role("alert")).to_contain_text("The server refused this (500)")
        expect_counts(page, 1)


def test_a_refused_answer_that_waits_keeps_its_claim_when_the_page_goes(browser: Browser, address: str) -> None:
    with visit(browser, address, "left-lead") as page:
        held: list[Route] = []
        page.route("**/answer/", lambda route: held.append(route), times=1)
        open_review(page, "left")
        page.wait_for_load_state("networkidle")
        claim = page.locator(".card").get_attribute("data-release")
        page.keyboard.press("x")
        page.keyboard.press("m")
        held[0].fulfill(status=500, body="broken")
        expect(page.locator("#said")).to_contain_text("It comes back after this pair.")
        released = page.evaluate(RELEASED)
        assert released
        assert claim not in released


def test_a_key_meant_for_the_next_card_does_not_answer_the_one_that_came_back(browser: Browser, address: str) -> None:
    with visit(browser, address, "left-second") as page:
        page.clock.install(time=0)
        page.clock.pause_at(1000)
        held: list[Route] = []
        page.route("**/answer/", lambda route: held.append(route), times=1)
        open_review(page, "left")
        page.wait_for_load_state("networkidle")
        refused = target(page)
        page.keyboard.press("x")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(refused)
        held[0].fulfill(status=500, body="broken")
        expect(page.get_by_role("alert")).to_contain_text("The server refused this (500)")
        page.keyboard.press("a")
        assert target(page) == refused
        page.clock.fast_forward(500)
        page.keyboard.press("a")
        expect(page.locator("#said")).to_contain_text("Equivalent: ")
        expect_counts(page, 1)


def test_undo_of_an_answer_that_is_refused_leaves_the_one_before(browser: Browser, address: str) -> None:
    with visit(browser, address, "slow-second") as page:
        open_review(page, "slow")
        page.wait_for_load_state("networkidle")
        before = page.locator(".card").get_attribute("data-pair")
        page.keyboard.press("a")
        expect_counts(page, 1)
        held: list[Route] = []
        page.route("**/answer/", lambda route: held.append(route), times=1)
        refused = page.locator(".card").get_attribute("data-pair")
        page.keyboard.press("x")
        expect(page.locator(f'.card[data-pair="{refused}"]')).to_have_count(0)
        page.keyboard.press("Control+z")
        held[0].fulfill(status=500, body="broken")
        expect(page.locator(f'.card[data-pair="{refused}"]')).to_be_visible()
        page.wait_for_load_state("networkidle")
        expect(page.locator(f'.card[data-pair="{before}"]')).to_have_count(0)
        page.reload()
        expect_counts(page, 1)


def test_a_page_left_alone_lets_its_claims_go_until_somebody_is_back(browser: Browser, address: str) -> None:
    with visit(browser, address, "left-lead") as page:
        page.clock.install()
        open_review(page, "left")
        page.wait_for_load_state("networkidle")
        renewed: list[str] = []
        page.on("request", lambda request: renewed.append(request.url) if "/renew/" in request.url else None)
        page.clock.fast_forward("15:30")
        page.wait_for_timeout(300)
        assert renewed == []
        with page.expect_response("**/renew/"):
            page.keyboard.press("Shift")
