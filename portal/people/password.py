"""Everybody's own password: chosen anew at the first sign-in, changed whenever they like."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.http import Request, signed_in
from portal.people import services


@require_http_methods(["GET", "POST"])
def own_password(request: Request) -> HttpResponse:
    """The form, and what comes of it; the session in which it is changed goes on, every other one ends."""
    user = signed_in(request)
    form = PasswordChangeForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            services.password_chosen(user, request.actor)
        update_session_auth_hash(request, user)
        messages.success(request, _("Đã đổi mật khẩu."))
        return HttpResponseRedirect(reverse("home"))
    return render(
        request,
        "people/password.html",
        {"form": form, "rules": password_validators_help_texts(), "forced": user.must_change_password},
        status=422 if form.errors else 200,
    )
