"""What comes back: claims of somebody who was away."""

import pytest
from playwright.sync_api import Browser

from tests.browser.test_review import open_review
from tests.browser.visitor import visit

pytestmark = pytest.mark.browser


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
