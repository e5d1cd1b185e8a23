"""Every page, light and dark, wide and narrow: no axe-core violation, nothing too wide, targets of 24 px each way."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.pages import PAGES, Shown
from tests.browser.visitor import visit

pytestmark = pytest.mark.browser
SMALL_TARGETS = """() =>
  [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')]
  .filter(e => e.checkVisibility() && getComputedStyle(e).display !== 'inline' && !e.classList.contains('skip'))
  .filter(e => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 24)
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_page(browser: Browser, address: str, shown: Shown) -> None:
    """One visit, first wide and light, then narrow and dark."""
    with visit(browser, address, shown.user) as page:
        page.emulate_media(reduced_motion="reduce")  # a colour on its way is not the one that stays
        page.goto(shown.path)
        shown.prepare(page)
        page.wait_for_load_state("load")
        for width, scheme in ((1280, "light"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], scheme
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(SMALL_TARGETS) == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]
