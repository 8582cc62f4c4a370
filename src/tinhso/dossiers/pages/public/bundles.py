"""One page for several dossiers that were filed once; its receipt; taking all of them back."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers import bundle_words, prints
from tinhso.dossiers.contracts import PartState
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import bundles
from tinhso.dossiers.pages.public import bundle_owing, pictures
from tinhso.dossiers.pages.public.filing import show
from tinhso.dossiers.queries.bundles import BundleView, PartView, of_code
from tinhso.foundation import access, moments
from tinhso.foundation.errors import NotFound
from tinhso.foundation.files.serving import pdf
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

ROOT = "/nhom-ho-so/"


@never_cache
@access.person()
@require_safe
def track(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a bundle."""
    _actor, bundle, at = _own(request, code)
    owing, bills = bundle_owing.drawn(bundle, at=at)
    return show(
        request,
        "bundle",
        title=_("Đã gửi hồ sơ") if bundle.first.accepted_at is None and bundle.open else bundle.name,
        fresh=bundle.first.accepted_at is None and bundle.open,
        bundle=bundle,
        now=bundle_words.now(bundle),
        steps=[{"text": part.name, "state": _state(part), "note": part.agency} for part in bundle.parts],
        owing=owing,
        parts=[
            {
                "part": part,
                "stands": bundle_words.stands(part),
                "bills": bills.get(part.dossier, []) if part.dossier else [],
            }
            for part in bundle.parts
        ],
        sent=in_words(bundle.sent_at),
        may_withdraw=bundle.open,
        has_receipt=bundle.first.accepted_at is not None,
        picture=pictures.qr(request.build_absolute_uri(f"{ROOT}{bundle.code}/")),
    )


def _state(part: PartView) -> str:
    if part.finished_at or part.state is PartState.DROPPED:
        return "done"
    return "now" if part.code else "later"


@never_cache
@access.person()
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """One receipt for the whole bundle, as PDF, once its first dossier was accepted."""
    actor, bundle, at = _own(request, code)
    made = prints.bundle_receipt(bundle, by=actor, at=at)
    return pdf(made, name=f"{bundle.code}-giay-tiep-nhan.pdf")


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take everything back that is still open, after asking."""
    actor, bundle, at = _own(request, code)
    back = f"{ROOT}{bundle.code}/"
    if request.method == "POST":
        bundles.withdraw(bundle_id=bundle.id, reason=request.POST.get("ly_do", ""), by=actor, at=at)
        return HttpResponseRedirect(back)
    if not bundle.open:
        return HttpResponseRedirect(back)
    open_ones = [part.name for part in bundle.parts if part.code and part.finished_at is None]
    waiting = [part.name for part in bundle.parts if part.state is PartState.WAITING]
    return show(
        request,
        "withdraw",
        base="ui/public.html",
        title=_("Rút cả nhóm hồ sơ %(code)s?") % {"code": bundle.code},
        sentences=[
            *([_("Sẽ rút: %(names)s.") % {"names": ", ".join(open_ones)}] if open_ones else []),
            *([_("Sẽ không gửi nữa: %(names)s.") % {"names": ", ".join(waiting)}] if waiting else []),
            _("Rút rồi thì không lấy lại được. Kết quả đã có vẫn là của ông/bà."),
        ],
        action=request.path,
        act=_("Rút cả nhóm"),
        danger=True,
        back=back,
        stay=_("Không rút"),
    )


def _own(request: HttpRequest, code: str) -> tuple[ActorRef, BundleView, datetime]:
    """The bundle for its owner. Raises NotFound, whether or not the code exists."""
    found = of_code(code, identity.applicant_of(request))
    if found is None:
        raise NotFound(_("Không tìm thấy nhóm hồ sơ này."))
    return identity.actor_of(request), found, moments.now()
