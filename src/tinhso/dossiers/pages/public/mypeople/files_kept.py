"""The file of a proof across a form that comes back: what was sent once need not be chosen again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from tinhso.foundation import files
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files import StoredFile
from tinhso.foundation.refs import ActorRef

FIELD, KEPT = "tep", "tep_giu"


@dataclass(frozen=True, slots=True)
class Kept:
    """The file that counts, kept whatever else is wrong, and one sentence per file that could not be."""

    files: tuple[StoredFile, ...]
    faults: tuple[str, ...] = ()

    @property
    def first(self) -> UUID | None:
        """The id of the file that counts."""
        return self.files[0].id if self.files else None


def kept(request: HttpRequest, *, by: ActorRef, at: datetime) -> Kept:
    """What the form brought now; several photos become one file; otherwise what it had brought before."""
    sent = files.sent(request, FIELD, by=by, at=at)
    if len(sent.files) > 1 and not sent.faults:
        try:
            joined = files.join([one.id for one in sent.files], name="giay-to", by=by, at=at)
        except files.FileRefused as refused:
            return Kept((), (refused.message,))
        return Kept((joined,))
    if sent.files or sent.faults:
        return Kept(sent.files, sent.faults)
    try:
        before = UUID(request.POST.get(KEPT, ""))
    except ValueError:
        return Kept(())
    own = files.kept_by({before}, by)
    return Kept(tuple(files.describe(own).values()))


def blame(form: forms.Form, fault: Invalid) -> None:
    """Put the faults of an operation beside the boxes they are of."""
    for name, sentence in (fault.faults or {"": fault.message}).items():
        form.add_error(name if name in form.fields else None, sentence)


def onward(request: HttpRequest) -> str:
    """The address of ours to which the page leads on, when it was opened on the way; else empty."""
    asked = request.POST.get("tiep", "") or request.GET.get("tiep", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours and asked.startswith("/nop/") else ""


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """On the way of a filing back to it, else to the list."""
    return HttpResponseRedirect(onward(request) or otherwise)
