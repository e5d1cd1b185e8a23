"""A request for a fragment without a session is told to leave as a whole page; a page is redirected as ever."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse


@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true", "HX-Current-URL": "http://testserver/projects/x/?a=1"}, {"X-Requested-With": "fetch"}],
)
def test_a_fragment_gets_401_with_the_sign_in_page(db: None, client: Client, headers: dict[str, str]) -> None:
    response = client.get(reverse("round-live", args=["x", 1]), headers=headers)
    assert response.status_code == 401
    wanted = "/sign-in/?next=%2Fprojects%2Fx%2F%3Fa%3D1" if "HX-Request" in headers else "/sign-in/"
    assert response["HX-Redirect"] == wanted


def test_the_way_back_never_leads_to_another_host(db: None, client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/projects/x/"}
    assert client.get(reverse("projects"), headers=headers)["HX-Redirect"] == "/sign-in/"


def test_a_whole_page_is_redirected(db: None, client: Client) -> None:
    response = client.get(reverse("projects"))
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/")


def test_wrong_passwords_end_on_a_page_that_says_how_long(db: None, client: Client, settings) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        response = client.post(reverse("login"), {"username": "nobody", "password": "wrong"})
    page = response.content.decode()
    assert response.status_code == 429
    assert "Too many wrong passwords" in page
    assert "a quarter of an hour" in page
    assert settings.AXES_COOLOFF_TIME == 0.25


def test_wrong_passwords_shut_nobody_else_out_who_comes_from_the_same_address(
    db: None, client: Client, settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    User.objects.create_user("lena", password="right")
    login = reverse("login")
    for name in ("nobody", "lena"):
        for _ in range(2):
            shut = client.post(login, {"username": name, "password": "wrong"})
        assert shut.status_code == 429
    assert client.post(login, {"username": "lena", "password": "right"}).status_code == 429

    User.objects.create_user("omar", password="right")
    assert client.post(login, {"username": "omar", "password": "right"}).status_code == 302
