"""My people: the list, one relation, its end."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers.pages.public.mypeople import files_kept
from tinhso.dossiers.pages.public.mypeople.forms import ProofForm
from tinhso.dossiers.pages.public.mypeople.showing import ROOT, card, cards, day, proof_words
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.files.serving import served
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, MemberRole, Origin, RelationView
from tinhso.procedures import api as procedures


def me(request: HttpRequest) -> tuple[ActorRef, UUID]:
    """Who is signed in. Raises NotFound for nobody."""
    by = identity.actor_of(request)
    if by.id is None:
        raise NotFound(_("Hãy đăng nhập để xem trang này."))
    return by, by.id


@never_cache
@access.person()
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """For whom I file, who files for me, which organisations I lead, and ways to add to them."""
    by, own = me(request)
    at = moments.now()
    mine = identity.relations_of(own, name=by.name, at=at)
    theirs = identity.relations_for(OwnerRef("person", own), at=at)
    facts = {
        "title": _("Người của tôi"),
        "offers": cards(tuple(one for one in mine if _offered(one)), mine=True, at=at),
        "mine": cards(tuple(one for one in mine if not one.ended_at and not _offered(one)), mine=True, at=at),
        "theirs": cards(tuple(one for one in theirs if not one.ended_at), mine=False, at=at),
        "ended": cards(tuple(one for one in mine if one.ended_at), mine=True, at=at)
        + cards(tuple(one for one in theirs if one.ended_at), mine=False, at=at),
        "done": _DONE.get(request.GET.get("xong", ""), ""),
    }
    return render(request, "dossiers/mypeople/people.html", facts)


def _offered(one: RelationView) -> bool:
    return one.accepted_at is None and one.ended_at is None


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, relation: UUID) -> HttpResponse:
    """One relation of mine with its proof; POST takes an offer on, or gives a newer proof."""
    by, own = me(request)
    at = moments.now()
    view, mine = _seen(relation, by, own)
    if request.method == "POST" and request.POST.get("viec") == "nhan" and mine:
        identity.accept_relation(relation_id=relation, by=by, at=at)
        return files_kept.back(request, f"{ROOT}?xong=nhan")
    adds = mine and view.ended_at is None and view.origin not in (Origin.GRANTED, Origin.EID, Origin.INVITED)
    form = ProofForm(
        request.POST if request.POST.get("viec") == "giay" else None,
        capacity=view.capacity,
        on=moments.today(at),
    )
    kept = files_kept.Kept(())
    if form.is_bound and adds:
        kept = files_kept.kept(request, by=by, at=at)
        if form.is_valid() and not kept.faults:
            try:
                identity.add_proof(relation_id=relation, proof=form.proof(kept.first), by=by, at=at)
            except Invalid as fault:
                files_kept.blame(form, fault)
            else:
                return files_kept.back(request, f"{ROOT}?xong=giay")
    errors = bool(form.errors or kept.faults)
    return render(
        request,
        "dossiers/mypeople/one.html",
        {
            "title": view.name if mine else view.agent_name,
            "errors": errors,
            "card": card(view, mine=mine, at=at),
            "mine": mine,
            "rows": _rows(view, mine=mine),
            "form": form if adds else None,
            "open": errors or view.proof is None or (request.GET.get("tiep", "") and not view.proven),
            "kept": kept,
            "members": f"{ROOT}to-chuc/{view.represented.id}/" if _leads(view) and mine else "",
            "tiep": files_kept.onward(request),
        },
        status=422 if errors else 200,
    )


def _leads(view: RelationView) -> bool:
    return view.role is MemberRole.LEAD and view.proven and view.holds


def _seen(relation: UUID, by: ActorRef, own: UUID) -> tuple[RelationView, bool]:
    """A relation of this person and whether they are the agent. Raises NotFound for anybody else's."""
    at = moments.now()
    mine = next((one for one in identity.relations_of(own, name=by.name, at=at) if one.id == relation), None)
    if mine is not None:
        return mine, True
    theirs = identity.relations_for(OwnerRef("person", own), at=at)
    found = next((one for one in theirs if one.id == relation), None)
    if found is None:
        raise NotFound(_("Không tìm thấy quan hệ này, hoặc nó đã chấm dứt."))
    return found, False


def _rows(view: RelationView, *, mine: bool) -> list[tuple[str, str]]:
    at = moments.now()
    names = {line.code: line.short_name or line.name for line in procedures.by_codes(view.scope, at=at)}
    rows = [
        (_("Tư cách"), view.role.label if view.role else view.capacity.label),
        (_("Ngày sinh"), day(view.facts.birth_date) if mine else ""),
        (_("Số căn cước"), view.facts.personal_id if mine else ""),
        (_("Từ ngày"), day(view.valid_from)),
        (_("Thủ tục"), _scope(view, names)),
        (_("Giấy tờ chứng minh"), proof_words(view)),
        (_("Xác nhận bởi"), view.proven_by),
        (_("Chấm dứt bởi"), view.ended_by),
    ]
    return [(key, value) for key, value in rows if value]


def _scope(view: RelationView, names: dict[str, str]) -> str:
    if view.capacity is not Capacity.PROXY:
        return ""
    return ", ".join(names.get(code, code) for code in view.scope) or _("Mọi thủ tục được ủy quyền")


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, relation: UUID) -> HttpResponse:
    """End a relation at once, after asking: mine, or one by which somebody files for me."""
    by, own = me(request)
    view, mine = _seen(relation, by, own)
    if view.ended_at is not None:
        return HttpResponseRedirect(ROOT)
    if request.method == "POST":
        identity.end_relation(relation_id=relation, by=by, at=moments.now())
        return HttpResponseRedirect(f"{ROOT}?xong=thoi")
    if mine:
        title = _("Thôi nộp thay cho %(name)s?") % {"name": view.name}
        sentence = _("Ông/bà không xem được hồ sơ của người này nữa. Hồ sơ đã nộp vẫn được giải quyết.")
    else:
        title = _("Thu hồi quyền của %(name)s?") % {"name": view.agent_name}
        sentence = _("Người này không xem, không nộp được gì thay ông/bà nữa, có hiệu lực ngay.")
    return render(
        request,
        "dossiers/mypeople/ask.html",
        {
            "base": "ui/public.html",
            "title": title,
            "sentences": [sentence, _("Hồ sơ đã nộp vẫn ở trong tài khoản của người đứng tên.")],
            "action": request.path,
            "act": _("Chấm dứt ngay"),
            "danger": True,
            "back": f"{ROOT}{relation}/",
            "stay": _("Giữ lại"),
        },
    )


@never_cache
@access.person()
@require_safe
def proof(request: HttpRequest, relation: UUID) -> HttpResponseBase:
    """The newest proof, as it was sent."""
    by, own = me(request)
    view, _mine = _seen(relation, by, own)
    if view.proof is None or view.proof.given.file_id is None or view.ended_at is not None:
        raise NotFound(_("Quan hệ này không kèm tệp giấy tờ."))
    return served(view.proof.given.file_id)


_DONE = {
    "them": gettext_lazy("Đã ghi. Người đó được báo."),
    "giay": gettext_lazy("Đã nhận giấy tờ. Cán bộ đối chiếu khi nhận hồ sơ đầu tiên."),
    "nhan": gettext_lazy("Đã nhận. Ông/bà nộp được hồ sơ thay từ bây giờ."),
    "thoi": gettext_lazy("Đã chấm dứt, có hiệu lực ngay."),
    "uy-quyen": gettext_lazy("Đã ủy quyền. Người được ủy quyền được báo và cần bấm nhận."),
}
