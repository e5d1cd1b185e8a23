"""A person's own settings: the language of the pages, and the keys."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotations import actions
from annotations.forms import KeysForm, LanguageForm
from annotations.keys import DEFAULTS
from annotations.views.choices import KEYBOARD
from annotations.views.keyboard import keyboard_of
from annotations.views.refusals import REFUSALS

YEAR = 365 * 24 * 3600  # seconds that the browser keeps the language


@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - nobody else gets past the sign-in
    keyboard = keyboard_of(user)
    if "defaults" in request.POST:
        actions.set_keys(user, {}, off=False)
        return redirect("own-settings")
    now = {choice.value: choice.key for choice in keyboard if choice.value in DEFAULTS}
    usual = {choice.value: choice for choice in KEYBOARD if choice.value in DEFAULTS}
    keys = KeysForm(usual, now, not keyboard.on, request.POST if "keys" in request.POST else None)
    chosen = {"language": request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")}
    language = LanguageForm(request.POST if "language" in request.POST else None, initial=chosen)
    if language.is_bound and language.is_valid():
        return _speak(request, language.cleaned_data["language"])
    if keys.is_bound and keys.is_valid() and _save(request, user, keys):
        return redirect("own-settings")
    context = {"keys": keys, "language": language, "keyboard": keyboard}
    return render(request, "annotations/settings.html", context, status=422 if keys.is_bound else 200)


def _save(request: HttpRequest, user: User, form: KeysForm) -> bool:
    try:
        actions.set_keys(user, form.changed_keys(), off=form.cleaned_data["off"])
    except actions.InvalidKeys as error:
        form.add_error(None, REFUSALS.word(str(error)))
        return False
    messages.success(request, _("Your keys are saved."))
    return True


def _speak(request: HttpRequest, code: str) -> HttpResponse:
    response = redirect("own-settings")
    name = settings.LANGUAGE_COOKIE_NAME
    if code:
        response.set_cookie(name, code, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    else:
        response.delete_cookie(name)
    with translation.override(code or translation.get_language()):
        messages.success(request, _("The language is set."))
    return response
