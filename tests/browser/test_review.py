"""The review page driven as a reviewer drives it: by keyboard, quickly, and over a network that fails."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.breaking import way_to
from tests.browser.server import PASSWORD
from tests.browser.visitor import sign_in_here, visit

pytestmark = pytest.mark.browser


def target(page: Page) -> str:
    return page.locator(".term-text").nth(1).inner_text()


def open_review(page: Page, slug: str) -> None:
    page.goto(f"/projects/{slug}/review/")
    expect(page.locator("body[data-ready] .card")).to_be_visible()


def expect_counts(page: Page, mine: int) -> None:
    expect(page.get_by_role("link", name=re.compile(r"^Mine"))).to_have_text(re.compile(rf"Mine\s+{mine}$"))


def test_sign_in_answer_correct_and_undo_by_keyboard_alone(browser: Browser, address: str) -> None:
    with visit(browser, address) as page:
        page.goto("/sign-in/")
        expect(page.get_by_label("Username")).to_be_focused()
        page.keyboard.type("keys-reviewer")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Review", exact=True).press("Enter")
        expect(page.locator("body[data-ready] .card")).to_be_visible()
        first = target(page)

        page.keyboard.press("c")
        expect(page.get_by_role("combobox")).to_be_focused()
        page.keyboard.type("Diabetes mellitus, Typ 1")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(first)
        expect_counts(page, 1)

        second = target(page)
        page.keyboard.press("a")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(second)
        expect(page.locator("#said")).to_contain_text("Equivalent: ")
        expect_counts(page, 2)

        page.keyboard.press("m")
        page.keyboard.type("axs")  # letters are text while a field has the focus
        page.keyboard.press("Backspace")
        expect(page.get_by_label("Note")).to_have_value("ax")
        page.keyboard.press("Control+Enter")
        page.keyboard.press("1")
        expect_counts(page, 3)

        page.keyboard.press("Control+z")
        expect(page.locator("#said")).to_have_text("Your last answer is taken back.")
        page.keyboard.press("Control+z")
        expect(page.locator(".term-text").nth(1)).to_have_text(second)
        page.keyboard.press("x")
        expect_counts(page, 2)
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+z")
        expect(page.get_by_role("combobox")).to_have_value("Diabetes mellitus, Typ 1")
        page.keyboard.press("c")
        page.keyboard.press("Enter")
        expect_counts(page, 1)
        page.goto("/projects/keys/review/mine/")
        expect(page.locator(".pair-list")).to_contain_text("→ Diabetes mellitus, Typ 1")


def test_suggestions_are_taken_by_arrow_and_enter(browser: Browser, address: str) -> None:
    with visit(browser, address, "suggested-reviewer") as page:
        open_review(page, "suggested")
        page.keyboard.press("c")
        page.keyboard.type("herz")
        expect(page.get_by_role("option")).to_have_text(["Herzinsuffizienz", "Rechtsherzinsuffizienz"])
        first = target(page)
        other = next(term for term in ("Rechtsherzinsuffizienz", "Herzinsuffizienz") if term != first)
        for _ in range(2 if other == "Rechtsherzinsuffizienz" else 1):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("combobox")).to_have_value(other)
        expect(page.get_by_role("listbox")).to_be_hidden()
        page.reload()
        expect(page.get_by_role("combobox")).to_have_value(other)
        page.keyboard.press("a")  # not what was typed: refused, nothing lost
        expect(page.locator("#said")).to_contain_text("A correction is in the field")
        expect(page.get_by_role("combobox")).to_have_value(other)
        page.get_by_role("button", name="Correct it").click()
        expect(page.locator(".term-text").nth(1)).not_to_have_text(first)
        expect_counts(page, 1)


def test_suggestions_that_did_not_come_are_asked_for_again(browser: Browser, address: str) -> None:
    with visit(browser, address, "mouse-reviewer") as page:
        page.route("**/terms/**", lambda route: route.abort(), times=1)
        open_review(page, "mouse")
        page.keyboard.press("c")
        page.keyboard.insert_text("herz")
        expect(page.get_by_role("option").first).to_contain_text("herzinsuffizienz", ignore_case=True)


def test_suggestions_that_fail_late_leave_newer_ones_alone(browser: Browser, address: str) -> None:
    with visit(browser, address, "mouse-reviewer") as page:
        held: list[Route] = []
        page.route("**/terms/**", lambda route: held.append(route), times=1)
        open_review(page, "mouse")
        page.keyboard.press("c")
        with page.expect_request("**/terms/**"):
            page.keyboard.insert_text("her")
        page.keyboard.insert_text("z")
        options = page.get_by_role("option")
        expect(options.first).to_contain_text("herzinsuffizienz", ignore_case=True)
        shown = options.all_text_contents()
        with page.expect_event("requestfailed"):
            held[0].abort()
        expect(options).to_have_text(shown)


def test_no_wait_between_two_verdicts(browser: Browser, address: str) -> None:
    """The next pair is on the page before the save has even been answered; until then no other one is fetched."""
    with visit(browser, address, "lapsed-reviewer") as page:
        held: list[Route] = []
        page.route("**/answer/", lambda route: held.append(route))
        open_review(page, "lapsed")
        page.wait_for_load_state("networkidle")
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url) if "/next/" in request.url else None)
        first = target(page)
        page.keyboard.press("a")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(first)
        page.wait_for_load_state("networkidle")
        assert fetched == []
        second = target(page)
        page.keyboard.press("x")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(second)
        expect_counts(page, 0)
        page.route("**/answer/", lambda route: route.continue_())
        held[0].continue_()
        expect_counts(page, 2)


def refuse(route: Route) -> None:
    route.fulfill(status=500, body="broken")


def test_a_failed_save_brings_the_pair_back_with_what_was_typed(browser: Browser, address: str) -> None:
    with visit(browser, address, "broken-reviewer") as page:
        open_review(page, "broken")
        first = target(page)
        page.route("**/answer/", refuse)
        page.keyboard.press("m")
        page.keyboard.type("My reason")
        page.keyboard.press("Escape")
        page.get_by_label("Certain").check()
        page.keyboard.press("c")
        page.keyboard.type("Etwas anderes")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("The server refused this (500)")
        for _ in ("at once", "after a reload"):
            assert target(page) == first
            expect(page.get_by_role("combobox")).to_have_value("Etwas anderes")
            expect(page.get_by_label("Note")).to_have_value("My reason")
            expect(page.get_by_label("Certain")).to_be_checked()
            page.reload()
        page.unroute("**/answer/")
        assert target(page) == first
        page.get_by_role("button", name="Correct it").click()
        expect_counts(page, 1)
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_lost_connection_in_mid_save_holds_nobody_up(browser: Browser, address: str) -> None:
    """Two answers given without a network arrive, in their order, when it is back."""
    with visit(browser, address, "offline-reviewer") as page:
        open_review(page, "offline")
        page.wait_for_load_state("networkidle")
        first = target(page)
        page.context.set_offline(True)
        page.keyboard.press("a")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(first)
        expect(page.locator("#connection")).to_contain_text("1 answer waits here")
        second = target(page)
        page.keyboard.press("x")
        expect(page.locator("#connection")).to_contain_text("2 answers wait here")
        assert target(page) != second
        expect_counts(page, 0)
        page.context.set_offline(False)
        expect_counts(page, 2)
        expect(page.locator("#connection")).to_be_hidden()
        page.goto("/projects/offline/review/mine/")
        expect(page.locator(".pair-state .chip")).to_have_text(["Not equivalent", "Equivalent"])


def test_an_answer_that_breaks_off_in_the_middle_is_asked_for_again(browser: Browser, address: str) -> None:
    """What the server had saved by then is saved once; a next card of which half came is no card."""
    with way_to(address) as way, visit(browser, way.address, "halved-reviewer") as page:
        open_review(page, "halved")
        page.wait_for_load_state("networkidle")
        way.breaks += ["/answer/", "/next/"]
        for _ in range(3):
            before = target(page)
            page.keyboard.press("a")
            expect(page.locator(".card .term-text").nth(1)).not_to_have_text(before)
        expect_counts(page, 3)
        expect(page.locator("#connection")).to_be_hidden()
        assert way.breaks == []
        page.goto("/projects/halved/review/mine/")
        expect(page.locator(".pair-state .chip")).to_have_text(["Equivalent"] * 3)


def test_undo_of_an_answer_that_has_not_left_yet(browser: Browser, address: str) -> None:
    with visit(browser, address, "offline-second") as page:
        open_review(page, "offline")
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        page.keyboard.press("a")
        second = target(page)
        page.keyboard.press("x")
        page.keyboard.press("Control+z")
        assert target(page) == second
        expect(page.locator("#said")).to_have_text("Your last answer is taken back.")
        page.context.set_offline(False)
        expect_counts(page, 1)


def test_an_ended_session_leads_to_the_sign_in_page_and_loses_nothing(browser: Browser, address: str) -> None:
    with visit(browser, address, "ended-reviewer") as page:
        open_review(page, "ended")
        page.wait_for_load_state("networkidle")
        first = target(page)
        page.context.clear_cookies(name="sessionid")
        page.keyboard.press("c")
        page.keyboard.type("Was ich meinte")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/**")
        expect(page.get_by_label("Username")).to_be_visible()
        sign_in_here(page, "ended-reviewer")
        page.wait_for_url("**/projects/ended/review/")
        expect(page.locator(".card .term-text").nth(1)).not_to_have_text(first)  # it has its answer
        expect_counts(page, 1)
        page.goto("/projects/ended/review/mine/")
        expect(page.locator(".pair-list")).to_contain_text(first)
        expect(page.locator(".pair-list")).to_contain_text("→ Was ich meinte")


def test_a_refused_answer_of_the_last_visit_is_shown_with_its_pair(browser: Browser, address: str) -> None:
    with visit(browser, address, "ended-second") as page:
        open_review(page, "ended")
        page.wait_for_load_state("networkidle")
        first = target(page)
        page.context.clear_cookies(name="sessionid")
        page.keyboard.press("c")
        page.keyboard.type("Unerwünscht")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/**")
        page.route("**/answer/", refuse)
        held: list[Route] = []
        page.route("**/review/next/", lambda route: held.append(route))
        sign_in_here(page, "ended-second")
        expect(page.get_by_role("alert").first).to_contain_text("The server refused this (500)")
        page.unroute("**/answer/")
        returned = page.locator(".returned a")
        returned.focus()
        held[0].continue_()
        expect(page.locator(".card")).to_be_visible()
        expect(returned).to_be_focused()  # the card comes without being asked for just now
        page.keyboard.press("Enter")
        expect(page.locator(".term-text").nth(1)).to_have_text(first)
        expect(page.get_by_role("combobox")).to_have_value("Unerwünscht")


def test_what_is_typed_survives_a_reload(browser: Browser, address: str) -> None:
    with visit(browser, address, "typed-reviewer") as page:
        open_review(page, "typed")
        page.keyboard.press("m")
        page.keyboard.type("Half a thought")
        page.reload()
        expect(page.get_by_label("Note")).to_have_value("Half a thought")


def test_arrows_turn_to_the_pairs_that_are_here(browser: Browser, address: str) -> None:
    with visit(browser, address, "mouse-second") as page:
        open_review(page, "mouse")
        page.wait_for_load_state("networkidle")
        first = target(page)
        page.keyboard.press("ArrowRight")
        expect(page.locator(".term-text").nth(1)).not_to_have_text(first)
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".term-text").nth(1)).to_have_text(first)


def test_keys_can_be_looked_up(browser: Browser, address: str) -> None:
    with visit(browser, address, "mouse-reviewer") as page:
        open_review(page, "mouse")
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("False friend")
        before = target(page)
        page.keyboard.press("s")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert target(page) == before


def test_the_page_keeps_its_claims_and_says_when_one_has_gone(browser: Browser, address: str) -> None:
    with visit(browser, address, "mouse-second") as page:
        page.clock.install()
        open_review(page, "mouse")
        with page.expect_response("**/renew/") as renewed:
            page.clock.fast_forward("01:01")
        assert renewed.value.status == 204
        page.route("**/renew/", lambda route: route.fulfill(status=410))
        page.keyboard.press("c")
        page.keyboard.type("Was noch gilt")
        page.clock.fast_forward("01:01")
        expect(page.locator("#said")).to_have_text("Your hold on this pair has lapsed. Your answer still counts.")
        expect(page.get_by_role("combobox")).to_have_value("Was noch gilt")
        with page.expect_response("**/answer/") as answered:
            page.keyboard.press("Enter")
        assert answered.value.status == 200


def test_a_next_pair_that_cannot_be_fetched_is_said(browser: Browser, address: str) -> None:
    with visit(browser, address, "lapsed-second") as page:
        page.route("**/review/next/", lambda route: route.abort())
        open_review(page, "lapsed")
        page.keyboard.press("s")
        expect(page.get_by_role("heading", name="The next pair could not be fetched")).to_be_visible()
        page.get_by_role("link", name="Try again").press("Enter")  # which the page's own next try can't forestall
        expect(page.locator(".card")).to_be_visible()


def test_a_page_fetches_the_next_pair_by_itself_once_it_can(browser: Browser, address: str) -> None:
    with visit(browser, address, "lapsed-second") as page:
        page.route("**/review/next/", lambda route: route.abort())
        open_review(page, "lapsed")
        page.keyboard.press("s")
        expect(page.get_by_role("heading", name="The next pair could not be fetched")).to_be_visible()
        page.unroute("**/review/next/")
        expect(page.locator(".card")).to_be_visible()


def test_what_is_typed_before_the_card_is_there_does_not_answer_it(browser: Browser, address: str) -> None:
    with visit(browser, address, "lapsed-second") as page:
        page.clock.install(time=0)
        page.clock.pause_at(1000)
        held: list[Route] = []
        page.route("**/review/next/", lambda route: held.append(route))
        open_review(page, "lapsed")
        page.keyboard.press("s")
        expect(page.get_by_text("The next pair is on its way")).to_be_visible()
        page.keyboard.press("c")
        held[0].continue_()
        expect(page.locator(".card")).to_be_visible()
        arrived = target(page)
        page.keyboard.type("alveola")
        expect(page.locator(".term-text").nth(1)).to_have_text(arrived)
        page.clock.fast_forward(500)
        page.keyboard.press("a")
        expect(page.locator("#said")).to_contain_text("Equivalent: ")


def test_asking_for_the_words_while_no_worker_can_be_reached_says_so(browser: Browser, address: str) -> None:
    with visit(browser, address, "phone-second") as page:
        open_review(page, "phone")
        page.locator(".which-words button").focus()
        page.keyboard.press("w")
        expect(page.locator(".which-words")).to_contain_text("workers can’t be reached")
        expect(page.locator(".card")).to_be_focused()  # the button that had the focus is gone


def test_what_is_not_tried_again_says_so(browser: Browser, address: str) -> None:
    with visit(browser, address, "phone-second") as page:
        open_review(page, "phone")
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        page.keyboard.press("w")
        expect(page.locator("#said")).to_contain_text("no worker was asked")
        page.keyboard.press("Control+z")
        expect(page.locator("#said")).to_contain_text("this is not tried again")
