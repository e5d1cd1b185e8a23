"""The map in a browser: fifty thousand points that move, hover, lasso, and the way to the queue."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import visit

pytestmark = pytest.mark.browser
PICTURE = "document.querySelector('#map').toDataURL()"


def open_map(page: Page) -> dict[str, float]:
    page.goto("/projects/medicine/map/?round=1")
    expect(page.locator("canvas[data-ready]")).to_be_visible()
    page.locator("#map").scroll_into_view_if_needed()
    box = page.locator("#map").bounding_box()
    assert box is not None
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


def test_fifty_thousand_points_move_by_keyboard_and_wheel(browser: Browser, address: str) -> None:
    with visit(browser, address, "medicine-lead") as page:
        middle = open_map(page)
        expect(page.locator("#legend li").first).to_contain_text("25,000")
        page.locator("#map").focus()
        for key in ("+", "ArrowLeft", "ArrowUp", "-"):
            before = page.evaluate(PICTURE)
            page.keyboard.press(key)
            page.wait_for_function(f"before => {PICTURE} !== before", arg=before)
        page.mouse.move(middle["x"], middle["y"])
        before = page.evaluate(PICTURE)
        page.mouse.wheel(0, -60)
        page.wait_for_function(f"before => {PICTURE} !== before", arg=before)


def test_hover_names_a_point_and_colours_are_explained(browser: Browser, address: str) -> None:
    with visit(browser, address, "medicine-lead") as page:
        middle = open_map(page)
        page.mouse.move(middle["x"], middle["y"])
        expect(page.locator("#tip bdi")).to_contain_text("Term ")  # in whichever direction, apart from what follows
        page.get_by_label("Colour by").select_option("suspicion")
        expect(page.locator("#legend")).to_contain_text("not scored 40,000")
        page.get_by_label("Colour by").select_option("round")
        expect(page.locator("#legend")).to_contain_text("Round 1 7,143")
        page.get_by_label("before").check()
        page.get_by_label("show movement").check()
        expect(page.get_by_label("before")).to_be_checked()


def test_the_lasso_sends_what_it_takes_to_the_front_of_the_queue(browser: Browser, address: str) -> None:
    with visit(browser, address, "medicine-lead") as page:
        middle = open_map(page)
        page.get_by_role("button", name="Lasso").click()
        corners = [(-40, -40), (40, -40), (40, 40), (-40, 40), (-40, -38)]
        for place, (x, y) in enumerate(corners):
            page.mouse.move(middle["x"] + x, middle["y"] + y, steps=4)
            if place == 0:
                page.mouse.down()
        page.mouse.up()
        expect(page.locator("#chosen")).to_contain_text("terms are chosen")
        expect(page.locator("#chosen-terms li").first).to_have_text("Term 0")
        page.get_by_role("button", name="Put their open pairs first").click()
        expect(
            page.get_by_text("comes first in the queue now").or_(page.get_by_text("None of these terms"))
        ).to_be_visible()
