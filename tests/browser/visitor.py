"""A signed-in visitor in Chromium."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Cookie, Page, expect, sync_playwright

from tests.browser.server import PASSWORD

expect.set_options(timeout=20_000)  # a busy machine answers late, and late is not wrong
_cookies: dict[tuple[str, str], list[Cookie]] = {}
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise RuntimeError("The browser tests need Chromium: install the system package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visit(
    browser: Browser,
    address: str,
    user: str | None = None,
    *,
    width: int = 1280,
    dark: bool = False,
    language: str = "en-GB",
) -> Iterator[Page]:
    """An error on the browser's console fails the visit, except for requests that were made to fail.

    What fails within the visit tells every request that was made and what became of it.
    """
    phone = width < 500
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light",
        has_touch=phone, is_mobile=phone, locale=language,
    )  # fmt: skip
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    if user is not None:
        _be(page, address, user)
    requests: list[str] = []
    page.on("response", lambda answer: requests.append(f"{answer.status} {answer.request.method} {answer.url}"))
    page.on("requestfailed", lambda request: requests.append(f"{request.failure} {request.method} {request.url}"))
    try:
        yield page
    except AssertionError as error:
        field = page.evaluate("() => [document.activeElement?.id, document.activeElement?.value]")
        error.add_note("\n".join([*requests, f"In focus: {field}"]))
        raise
    context.close()
    serious = [error for error in errors if not error.startswith("Failed to load resource")]
    assert serious == [], "\n".join(serious)


def _be(page: Page, address: str, user: str) -> None:
    """Signs in once a user: the password's hash takes its time, and one test is enough for the form."""
    if (address, user) not in _cookies:
        sign_in(page, user)
        _cookies[address, user] = page.context.cookies()
    page.context.add_cookies(_cookies[address, user])  # type: ignore[arg-type]


def sign_in(page: Page, user: str) -> None:
    page.goto("/sign-in/")
    sign_in_here(page, user)


def sign_in_here(page: Page, user: str) -> None:
    page.locator("[name=username]").fill(user)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator(".gate button").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
