"""The administrator's pages: who may sign in, as what, for which agency."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import Role
from catalogue import HosoError
from portal.error_pages import in_words
from portal.errors import PageNotFound
from portal.http import Request
from portal.labels import ROLE_NAMES
from portal.people import services
from portal.people.services import GIVEN, Details

PAGE = 50
CLEARANCES = (
    (1, gettext_lazy("1 · giấy tờ công khai")),
    (2, gettext_lazy("2 · thêm giấy tờ thường")),
    (3, gettext_lazy("3 · thêm dữ liệu cá nhân")),
    (4, gettext_lazy("4 · mọi giấy tờ")),
)


class PersonForm(forms.Form):
    """What an account says of its person, as it is typed; the rules are those of `services`."""

    full_name = forms.CharField(max_length=200)
    roles = forms.TypedMultipleChoiceField(choices=[(role.value, "") for role in GIVEN], coerce=Role, required=False)
    agencies = forms.CharField(max_length=1000, required=False)
    desk = forms.CharField(max_length=40, required=False)
    clearance = forms.TypedChoiceField(choices=CLEARANCES, coerce=int)

    def details(self) -> Details:
        """As the services take it."""
        given = self.cleaned_data
        agencies = tuple(given["agencies"].replace(",", " ").split())
        return Details(given["full_name"], tuple(given["roles"]), agencies, given["desk"], given["clearance"])


class NewPersonForm(PersonForm):
    """The same with what is fixed for good."""

    username = forms.CharField(max_length=150)
    citizen_id = forms.CharField(max_length=40, required=False)


@require_GET
def listed(request: Request) -> HttpResponse:
    """All accounts by user name, fifty a page."""
    after = request.GET.get("after", "")
    found = services.people(after=after, limit=PAGE + 1)
    more = found[PAGE - 1].username if len(found) > PAGE else ""
    return render(request, "people/list.html", {"people": found[:PAGE], "more": more, "names": ROLE_NAMES})


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Opens an account; its password is shown on the page that follows, this once."""
    if request.method == "GET":
        start = {"agencies": " ".join(sorted(request.actor.agencies)), "clearance": 3, "roles": [Role.OFFICER]}
        return _form(request, NewPersonForm(initial=start))
    form = NewPersonForm(request.POST)
    if not form.is_valid():
        return _form(request, form, _("Điền đủ các ô có dấu *."))
    try:
        given = form.cleaned_data
        made = services.make(given["username"], form.details(), request.actor, citizen_id=given["citizen_id"])
    except HosoError as error:
        return _form(request, form, in_words(error), status=error.status)
    return render(request, "people/made.html", {"made": made}, status=201)


@require_http_methods(["GET", "POST"])
def one(request: Request, user_id: UUID) -> HttpResponse:
    """One account: its details, and what can be done with it. Raises PersonNotFound."""
    user = services.person(user_id)
    if request.method == "GET":
        known = {"full_name": user.full_name, "desk": user.desk, "clearance": user.clearance, "roles": user.roles}
        return _form(request, PersonForm(initial=known | {"agencies": " ".join(user.agencies)}), person=user)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _form(request, form, _("Điền đủ các ô có dấu *."), person=user)
    try:
        services.change(user_id, form.details(), request.actor)
    except HosoError as error:
        return _form(request, form, in_words(error), status=error.status, person=user)
    messages.success(request, _("Đã lưu tài khoản."))
    return HttpResponseRedirect(reverse("people:list"))


@require_POST
def act(request: Request, user_id: UUID, act: str) -> HttpResponse:
    """Closes, reopens, or gives a new password. Raises PersonNotFound, LastAdministrator, PageNotFound."""
    if act == "password":
        return render(
            request, "people/made.html", {"made": services.give_password(user_id, request.actor), "anew": True}
        )
    if act == "close":
        services.close(user_id, request.actor)
        messages.success(request, _("Đã khóa tài khoản; người này không đăng nhập được nữa."))
    elif act == "reopen":
        services.reopen(user_id, request.actor)
        messages.success(request, _("Đã mở lại tài khoản."))
    else:
        raise PageNotFound()
    return HttpResponseRedirect(reverse("people:list"))


def _form(
    request: Request, form: PersonForm, problem: str = "", *, status: int = 422, person: object = None
) -> HttpResponse:
    chosen = form["roles"].value() or []
    roles = [{"id": role.value, "name": ROLE_NAMES[role], "on": role.value in chosen} for role in GIVEN]
    context = {"form": form, "roles": roles, "clearances": CLEARANCES, "problem": problem, "person": person}
    return render(request, "people/form.html", context, status=status if problem else 200)
