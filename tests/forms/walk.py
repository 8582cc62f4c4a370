"""A bare site that walks through a form, so that pages can be tried in a browser without other rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import include, path

from tinhso.forms import api
from tinhso.foundation import access, moments

answers: dict[UUID, dict[str, Any]] = {}
PAGE = """{% extends "ui/public.html" %}{% load forms_ui %}
{% block main %}{% form_page version page answers faults=faults origins=origins %}{% endblock %}"""
REVIEW = """{% extends "ui/public.html" %}{% load ui %}
{% block main %}<h1 class="govuk-heading-l">Xem lại</h1>
{% component "summary-list" rows=rows %}{% endblock %}"""


@access.anyone(reason="Trang thử của phép thử")
def page(request: HttpRequest, version: UUID, name: str) -> HttpResponse:
    at = moments.now()
    kept, faults = answers.setdefault(version, {}), {}
    if request.method == "POST":
        kept = answers[version] = api.read_page(version, name, request.POST, answers=kept, at=at)
        if not api.stays(request.POST):
            faults = api.validate(version, kept, page=name, at=at).faults
            if not faults:
                order = [one.name for one in api.pages(version, kept, at=at)]
                following = order[order.index(name) + 1 :]
                return HttpResponseRedirect(f"/{version}/{following[0] if following else 'xem-lai'}/")
    facts = {
        "title": name,
        "version": version,
        "page": name,
        "answers": kept,
        "faults": faults,
        "errors": faults,
    }
    return HttpResponse(
        engines["django"].from_string(PAGE).render(facts, request), status=422 if faults else 200
    )


@access.anyone(reason="Trang thử của phép thử")
def review(request: HttpRequest, version: UUID) -> HttpResponse:
    rows = [
        (row.label, row.value) for row in api.summary(version, answers.get(version, {}), at=moments.now())
    ]
    return HttpResponse(engines["django"].from_string(REVIEW).render({"rows": rows}, request))


view: Callable[..., HttpResponse] = page
urlpatterns = [
    path("<uuid:version>/xem-lai/", review),
    path("<uuid:version>/<str:name>/", view),
    path("", include("tinhso.ui.urls")),
]
