"""Takes docs/images anew: `python -m tests.screenshots [FOLDER]`. Sample data of our own, a server of its own."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.pages import PAGES
from tests.browser.server import ROOT, served
from tests.browser.visitor import chromium, visit

LIGHT, DARK, PHONE = (1280, False, ""), (1280, True, "-dark"), (390, False, "-phone")
SHOWN = {
    "review": (LIGHT, DARK, PHONE), "review-arabic": (LIGHT,), "pairs": (LIGHT,), "conflicts": (LIGHT,),
    "overview": (LIGHT,), "round": (LIGHT,), "round-running": (DARK,),
}  # fmt: skip


def take(browser: Browser, address: str, target: Path) -> None:
    for shown in PAGES:
        for width, dark, suffix in SHOWN.get(shown.name, ()):
            with visit(browser, address, shown.user, width=width, dark=dark) as page:
                page.goto(shown.path)
                shown.prepare(page)
                page.wait_for_timeout(300)
                page.screenshot(path=target / f"{shown.name}{suffix}.png", full_page=width > 500)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, chromium() as browser:
        take(browser, address, target)
    sys.stdout.write(f"Screenshots are in {target}.\n")


if __name__ == "__main__":
    main()
