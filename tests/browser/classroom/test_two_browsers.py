"""A class in real browsers: a visitor and the teacher, at one server, and somebody who has no code."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from digitcore.classroom.opening import Opening
from harness.app.classroom import ADDRESS, CODE, KEY
from harness.browser import SEVEN, WAIT, DrawPage, free_port, serve

pytestmark = pytest.mark.browser

CONNECTED = ("data-test-connection-state", "CONNECTED")
STEPS = "**/studio/reading/*/steps"


def window(chromium: Browser, errors: list[str]) -> Page:
    page = chromium.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page


def test_a_visitor_and_the_teacher_in_a_class_whose_server_is_started_again(chromium: Browser, tmp_path: Path) -> None:
    opening, errors, port = Opening.new(CODE, KEY, [ADDRESS]), list[str](), free_port()
    environment = {**opening.environment(), "DIGITCORE_MODELS": str(tmp_path)}
    with serve(environment=environment, port=port) as address:
        pupil, teacher = window(chromium, errors), window(chromium, errors)
        pupil.goto(f"{address}/?way-in=Draw")
        expect(pupil).to_have_title("Join the class · Digit studio")
        assert pupil.url == f"{address}/join?to=%2F%3Fway-in%3DDraw"
        field = pupil.get_by_label("The code that your teacher shows")
        field.fill("AAA-AAA-AAA")
        field.press("Enter")
        expect(pupil.get_by_role("alert")).to_contain_text("not the class's code")
        field.fill(CODE.lower())
        pupil.get_by_role("button", name="Join").click()
        draw = DrawPage(pupil, None)
        expect(pupil.get_by_text("Visitor 1")).to_be_visible()
        expect(pupil.get_by_role("link", name="Class")).to_have_count(0)
        draw.draw(SEVEN)
        draw.expect_digit(7)

        teacher.goto(f"{address}/join?to=/classroom#{KEY}")
        expect(teacher.get_by_role("heading", name=CODE)).to_be_visible(timeout=WAIT)
        assert KEY not in teacher.url
        expect(teacher.get_by_test_id("stMetricValue").last).to_be_visible()
        expect(teacher.get_by_test_id("stMain").get_by_test_id("stMetricValue").first).to_have_text("1", timeout=WAIT)
        teacher.get_by_role("button", name="Eyes to the front").click()
        calm = pupil.get_by_role("heading", name="Eyes to the front")
        expect(calm).to_be_visible(timeout=WAIT)
        pupil.keyboard.press("Escape")
        pupil.keyboard.press("Escape")
        expect(calm).to_be_visible()
        teacher.get_by_role("button", name="Let everybody go on").click()
        expect(calm).to_have_count(0, timeout=WAIT)
        draw.expect_digit(7)
        teacher.get_by_role("button", name="Clear the class").click()
        teacher.get_by_role("button", name="Clear for good").click()
        draw.expect_empty()
        draw = DrawPage(pupil, None)
        draw.draw(SEVEN)
        draw.expect_digit(7)
        expect(teacher.get_by_role("heading", name=CODE)).to_be_visible()  # the teacher goes on where they were

    with serve(environment=environment, port=port):  # as after a crash in mid-lesson: nobody touches their page
        with pupil.expect_response(STEPS, timeout=WAIT):  # of the drawing, which this server has never seen
            expect(pupil.get_by_test_id("stApp")).to_have_attribute(*CONNECTED, timeout=WAIT)
        expect(pupil.get_by_text("Visitor 1")).to_be_visible()
        draw.expect_digit(7)
        draw.expect_confirmed()
        pupil.context.clear_cookies()  # as another class would find it
        expect(pupil).to_have_title("Join the class · Digit studio", timeout=WAIT)
        for page in (pupil, teacher):
            page.context.close()
    assert errors == []
