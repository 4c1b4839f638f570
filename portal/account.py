"""Signing in and out, the language and the size of the text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal import errors
from portal.error_pages import answer

TEXT_SIZES = ("1", "2", "3")
TEXT_SIZE_COOKIE = "text_size"


class SignInForm(AuthenticationForm):
    """User name and password; one message for every failure, so that nobody learns which names exist."""

    error_messages = {
        "invalid_login": _("Tên đăng nhập hoặc mật khẩu không đúng. Sai 5 lần thì tài khoản bị khóa 15 phút."),
        "inactive": _("Tên đăng nhập hoặc mật khẩu không đúng. Sai 5 lần thì tài khoản bị khóa 15 phút."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Tên đăng nhập")
        self.fields["password"].label = _("Mật khẩu")
        for name, autocomplete in (("username", "username"), ("password", "current-password")):
            widget: forms.Widget = self.fields[name].widget
            widget.attrs.update({"autocomplete": autocomplete, "class": "input"})


class SignIn(LoginView):
    """The sign-in page."""

    template_name = "login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


def locked(request: HttpRequest, response: object = None, credentials: object = None) -> HttpResponse:
    """What django-axes answers once the account is locked."""
    return answer(request, errors.TooManyAttempts())


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Keeps the size of the text in a cookie (Decree 224/2026 article 23: adjustable font size)."""
    wanted = request.POST.get("size", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if wanted in TEXT_SIZES:
        response.set_cookie(TEXT_SIZE_COOKIE, wanted, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response
