"""Everybody's own password: chosen anew at the first sign-in, changed whenever they like."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.http import Request, signed_in
from portal.people import services


class OwnPasswordForm(PasswordChangeForm):
    """Django's form; a given password is not one's own by being typed again."""

    def clean_new_password1(self) -> str:
        """The new password. It differs from the one that it takes the place of."""
        chosen = str(self.cleaned_data["new_password1"])
        if self.user.check_password(chosen):
            raise ValidationError(_("Mật khẩu mới phải khác mật khẩu hiện tại."))
        return chosen


@require_http_methods(["GET", "POST"])
def own_password(request: Request) -> HttpResponse:
    """The form, and what comes of it; the session in which it is changed goes on, every other one ends.

    Raises SignInNeeded.
    """
    user = signed_in(request)
    form = OwnPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.choose_password(user, form.cleaned_data["new_password1"], request.actor)
        update_session_auth_hash(request, user)
        messages.success(request, _("Đã đổi mật khẩu."))
        return HttpResponseRedirect(reverse("home"))
    return render(
        request,
        "people/password.html",
        {"form": form, "rules": password_validators_help_texts(), "forced": user.must_change_password},
        status=422 if form.errors else 200,
    )
