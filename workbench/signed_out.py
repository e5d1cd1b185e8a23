"""A session that ends while a page is open: the page as a whole goes to the sign-in page, never a fragment of it."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

Respond = Callable[[HttpRequest], HttpResponse]


class SignedOutMiddleware:
    """Turns the redirect that a fragment would follow into a 401 that names the sign-in page for the whole window."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        if response.status_code != 302 or not wants_fragment(request) or urlsplit(response["Location"]).path != sign_in:
            return response
        page = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
        told = HttpResponse(status=401)
        told["HX-Redirect"] = f"{sign_in}?{urlencode({'next': page})}" if page else sign_in
        return told


def wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch" or "HX-Request" in request.headers
