"""The lead's buttons in a browser, with no broker running."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import visit

pytestmark = pytest.mark.browser


def test_starting_and_cancelling_a_round_while_the_broker_is_down(browser: Browser, address: str) -> None:
    with visit(browser, address, "starting-lead") as page:
        page.goto("/projects/starting/overview/")
        page.get_by_label("Epochs").fill("2")
        page.get_by_role("button", name="Start a round").click()
        expect(page.get_by_role("heading", name="Round 1")).to_be_visible()
        expect(page.locator("#live")).to_contain_text("no worker could be told")
        page.locator("summary", has_text="Cancel the round").press("Enter")
        page.get_by_role("button", name="Yes: Cancel the round").press("Enter")
        expect(page.get_by_text("The round is cancelled")).to_be_visible()
        expect(page.locator("#live .chip")).to_have_text("Cancelled")


def test_an_open_round_polls_and_stays_where_it_is(browser: Browser, address: str) -> None:
    with visit(browser, address, "medicine-lead") as page:
        page.goto("/projects/cardiology/rounds/1/")
        with page.expect_response("**/rounds/1/live/", timeout=20_000) as polled:
            pass
        assert polled.value.status == 200
        expect(page.locator("#live polyline")).to_have_count(4 + 2)  # losses, and two validation lists


def test_filters_of_the_list_need_no_button(browser: Browser, address: str) -> None:
    with visit(browser, address, "medicine-reviewer") as page:
        page.goto("/projects/medicine/pairs/")
        page.get_by_label("Language pair").select_option("ar")
        page.wait_for_url("**language=ar**")
        expect(page.locator(".pair-list li")).to_have_count(9)


def test_a_session_that_ends_while_a_round_polls_leads_to_the_sign_in_page(browser: Browser, address: str) -> None:
    with visit(browser, address, "medicine-lead") as page:
        page.goto("/projects/cardiology/rounds/1/")
        page.context.clear_cookies(name="sessionid")
        page.wait_for_url("**/sign-in/?next=*cardiology*")
        expect(page.locator("#live")).to_have_count(0)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_report_is_printed_with_its_headings_and_without_the_way_around(browser: Browser, address: str) -> None:
    with visit(browser, address, "medicine-lead") as page:
        page.goto("/projects/medicine/report/")
        headings = page.locator(".report :is(h1, h2)").all_inner_texts()
        printed = page.pdf(outline=True, tagged=True)  # the outline's headings stand in it as they are
        assert [text for text in headings if text.encode() not in printed] == []
        page.emulate_media(media="print")
        expect(page.get_by_role("heading", name="What was reviewed")).to_be_visible()
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.get_by_role("button")).to_have_count(0)
