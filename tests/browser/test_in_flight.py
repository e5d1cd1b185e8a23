"""A save that takes its time: its pair is still the reviewer's own, and must not come back as the next."""

import time

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.visitor import visit

pytestmark = pytest.mark.browser
SLOW = 1.0  # seconds a save takes


def test_a_pair_that_is_being_saved_is_not_shown_again(browser: Browser, address: str) -> None:
    def slowly(route: Route) -> None:
        time.sleep(SLOW)
        route.continue_()

    with visit(browser, address, "slow-reviewer") as page:
        page.goto("/projects/slow/review/")
        expect(page.locator("body[data-ready] .card")).to_be_visible()
        page.route("**/answer/", slowly)
        seen = []
        for _ in range(6):
            expect(page.locator(".card")).to_be_visible()
            seen.append(page.locator(".card").get_attribute("data-pair"))
            page.keyboard.press("a")
            expect(page.locator(f'.card[data-pair="{seen[-1]}"]')).to_have_count(0)

    assert len(set(seen)) == len(seen)
