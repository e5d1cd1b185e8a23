"""The pages that are checked and photographed."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect


def nothing(page: Page) -> None:
    pass


def open_keys(page: Page) -> None:
    page.keyboard.press("?")
    page.wait_for_timeout(200)


def suggest(page: Page) -> None:
    """On a German pair by name: which pair the queue hands out first depends on who has been there before."""
    page.locator("a.pair-terms", has_text="Rechtsherzinsuffizienz").click()
    page.locator(".card").wait_for()
    page.keyboard.press("c")
    page.keyboard.type("herz")
    page.locator("#suggestions li").first.wait_for()


def go_offline(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.keyboard.press("x")
    expect(page.locator("#connection")).to_be_visible()


def be_refused(page: Page) -> None:
    page.route("**/answer/", lambda route: route.fulfill(status=500, body="broken"))
    page.keyboard.press("x")
    expect(page.locator(".card-error")).to_be_visible()


def open_gold(page: Page) -> None:
    open_arabic(page)
    page.locator(".make-gold summary").click()


def ask(page: Page) -> None:
    page.locator(".confirm summary").first.click()


def show_tables(page: Page) -> None:
    for summary in page.locator("summary.more").all():
        summary.click()


def open_arabic(page: Page) -> None:
    page.locator("a.pair-terms", has_text="فشل القلب").click()
    page.locator(".card").wait_for()


def open_long(page: Page) -> None:
    page.locator("a.pair-terms", has_text="Donaudampf").click()
    page.locator(".card").wait_for()


def open_first(page: Page) -> None:
    page.locator(".found a").first.click()
    page.locator(".languages").wait_for()


def choose(page: Page) -> None:
    page.get_by_label("All on this page").check()


def see_points(page: Page) -> None:
    page.locator("canvas[data-ready]").wait_for()


@dataclass(frozen=True)
class Shown:
    name: str
    user: str | None
    path: str
    prepare: Callable[[Page], None] = nothing


LEAD, REVIEWER = "medicine-lead", "medicine-reviewer"
PAGES = (
    Shown("sign-in", None, "/sign-in/"),
    Shown("projects", LEAD, "/"),
    Shown("no-projects", "medicine-outsider", "/"),
    Shown("review", REVIEWER, "/projects/medicine/review/"),
    Shown("review-suggestions", REVIEWER, "/projects/medicine/pairs/?language=de&size=100", suggest),
    Shown("review-keys", REVIEWER, "/projects/medicine/review/", open_keys),
    Shown("review-arabic", REVIEWER, "/projects/medicine/pairs/?language=ar&size=100", open_arabic),
    Shown("review-long", REVIEWER, "/projects/medicine/pairs/?language=de&size=100", open_long),
    Shown("review-offline", REVIEWER, "/projects/medicine/review/", go_offline),
    Shown("review-returned", REVIEWER, "/projects/medicine/review/", be_refused),
    Shown("review-gold", LEAD, "/projects/medicine/pairs/?language=ar&size=100", open_gold),
    Shown("review-blind", "blind-reviewer", "/projects/blind/review/"),
    Shown("review-empty", REVIEWER, "/projects/law/review/"),
    Shown("mine", REVIEWER, "/projects/medicine/review/mine/"),
    Shown("skipped", REVIEWER, "/projects/medicine/review/skipped/"),
    Shown("pairs", "medicine-observer", "/projects/medicine/pairs/"),
    Shown("search", REVIEWER, "/projects/medicine/search/?q=diab"),
    Shown("search-none", REVIEWER, "/projects/medicine/search/?q=qqq"),
    Shown("concept", REVIEWER, "/projects/medicine/search/?q=asthma", open_first),
    Shown("notices", REVIEWER, "/notifications/"),
    Shown("notices-empty", "phone-second", "/notifications/"),
    Shown("settings", REVIEWER, "/settings/"),
    Shown("pairs-choose", REVIEWER, "/projects/medicine/pairs/?size=10", choose),
    Shown("practice", "newcomers-second", "/projects/newcomers/practice/"),
    Shown("practice-told", "newcomers-second", "/projects/newcomers/practice/?after=1"),
    Shown("agreement", LEAD, "/projects/cardiology/agreement/"),
    Shown("agreement-empty", LEAD, "/projects/law/agreement/"),
    Shown("project-settings", LEAD, "/projects/medicine/settings/"),
    Shown("conflicts", LEAD, "/projects/cardiology/conflicts/"),
    Shown("overview", LEAD, "/projects/medicine/overview/"),
    Shown("overview-empty", LEAD, "/projects/law/overview/"),
    Shown("rounds", LEAD, "/projects/medicine/rounds/"),
    Shown("rounds-empty", LEAD, "/projects/law/rounds/"),
    Shown("round", LEAD, "/projects/medicine/rounds/1/", show_tables),
    Shown("round-confirm", LEAD, "/projects/medicine/rounds/1/", ask),
    Shown("round-running", LEAD, "/projects/cardiology/rounds/1/"),
    Shown("round-constraints", LEAD, "/projects/medicine/rounds/1/constraints/repel/"),
    Shown("trends", LEAD, "/projects/history/trends/", show_tables),
    Shown("trends-empty", LEAD, "/projects/law/trends/"),
    Shown("report", LEAD, "/projects/medicine/report/"),
    Shown("report-empty", LEAD, "/projects/law/report/"),
    Shown("map", LEAD, "/projects/medicine/map/?round=1", see_points),
    Shown("map-none", LEAD, "/projects/cardiology/map/"),
    Shown("schedule", LEAD, "/projects/medicine/schedule/"),
    Shown("not-found", LEAD, "/projects/none/"),
    Shown("forbidden", REVIEWER, "/projects/medicine/schedule/"),
)
