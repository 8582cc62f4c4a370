"""One frame of acts for pages whose forms do several things: the form names one, it is done and the page
comes again; what stands in its way is said on the page, beside what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.exchange.pages.visiting import faults_of, shown_faults
from tinhso.foundation.errors import NotFound, Unable

D = TypeVar("D")
Acts = Mapping[str, tuple[D, str]]
"""What does each act, by its name in the form, and the box at which a sentence stands that names none."""
GENERAL = (403, 404)
"""Refusals that the page cannot speak of: it may not be seen, or there is none."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the act `of` was not done: its sentence, and sentences by box. Empty for a page as it stands."""

    of: str = ""
    sentence: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @property
    def links(self) -> list[tuple[str, str]]:
        """Of a page whose acts have one box each, named as they are: to that box."""
        return [(self.of, self.sentence)] if self.of else []

    def draw(
        self,
        request: HttpRequest,
        template: str,
        facts: Mapping[str, Any],
        *,
        boxes: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """The page with its facts and what stands in the way; `boxes` gives other names to sentences."""
        named = {(boxes or {}).get(box, box): text for box, text in self.faults.items()}
        shown = {**shown_faults(named), "of": self.of, "fault": self.sentence, **facts}
        return render(request, template, shown, status=self.status)


NOTHING = Refusal()


def name_of(request: HttpRequest) -> str:
    """The act that the form names."""
    return request.POST.get("viec", "")


def done(
    request: HttpRequest,
    acts: Acts[D],
    do: Callable[[D], str | HttpResponse | None],
    *,
    back: str,
    again: Callable[[Refusal], HttpResponse],
    general: Collection[int] = GENERAL,
) -> HttpResponse:
    """Do what the form names: then the address or page that `do` answers, or `back`; `again` when it could
    not be done. Raises NotFound for an act that is none of these, and refusals of the status `general`."""
    name = name_of(request)
    if name not in acts:
        raise NotFound(_("Không có việc này."))
    act, box = acts[name]
    try:
        answer = do(act)
    except Unable as refused:
        if refused.status in general:
            raise
        faults = faults_of(refused, otherwise=box)
        return again(Refusal(name, refused.message, faults, refused.status))
    return answer if isinstance(answer, HttpResponse) else HttpResponseRedirect(answer or back)
