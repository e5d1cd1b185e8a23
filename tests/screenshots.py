"""Takes docs/images anew from a copy of the demo's database: `python -m tests.screenshots [FOLDER]`."""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.borrowed import NoDemo, copy
from tests.browser.pages import nothing
from tests.browser.server import ROOT, served
from tests.browser.visitor import chromium, visit

VAR = Path(os.environ.get("TERTIUM_VAR", ROOT / "var"))
SET_UP = (
    ["-m", "workbench.catalogues", "compile"], ["manage.py", "migrate", "--verbosity", "0"], ["-m", "tests.borrowed"],
)  # fmt: skip


def open_concept(page: Page) -> None:
    page.locator(".found a").first.click()
    page.locator(".languages").wait_for()


@dataclass(frozen=True)
class Picture:
    name: str
    user: str
    path: str
    prepare: Callable[[Page], None] = nothing
    width: int = 1280
    dark: bool = False
    language: str = "en-GB"


PHONE, MOST = 900, 2000  # pixels high
REVIEW, LEAD = "/projects/medicine/review/", "lead"
PICTURES = (
    Picture("review", "expert", REVIEW),
    Picture("review-dark", "expert", REVIEW, dark=True),
    Picture("review-phone", "expert", REVIEW, width=390),
    Picture("review-german", "expert", REVIEW, language="de-DE"),
    Picture("pairs", "expert", "/projects/medicine/pairs/?state=queued&size=10"),
    Picture("concept", "expert", "/projects/medicine/search/?q=insuff", open_concept),
    Picture("conflicts", LEAD, "/projects/medicine/conflicts/"),
    Picture("overview", LEAD, "/projects/medicine/overview/"),
    Picture("round", LEAD, "/projects/medicine/rounds/1/"),
    Picture("report", LEAD, "/projects/medicine/report/"),
)


def take(browser: Browser, address: str, target: Path) -> None:
    for shown in PICTURES:
        with visit(browser, address, shown.user, width=shown.width, dark=shown.dark, language=shown.language) as page:
            page.goto(shown.path)
            shown.prepare(page)
            page.wait_for_timeout(300)
            page.set_viewport_size({"width": shown.width, "height": _height(page, shown)})
            page.screenshot(path=target / f"{shown.name}.png")


def _height(page: Page, shown: Picture) -> int:
    """The whole page, of a long one its beginning; what a phone shows at once."""
    whole = int(page.evaluate("document.documentElement.scrollHeight"))
    return PHONE if shown.width < 500 else min(whole, MOST)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        try:
            copy(VAR, Path(name))
        except NoDemo as error:
            sys.exit(str(error))
        with served(Path(name), SET_UP) as address, chromium() as browser:
            take(browser, address, target)
    sys.stdout.write(f"Screenshots are in {target}.\n")


if __name__ == "__main__":
    main()
