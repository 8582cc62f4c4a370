"""One's own dossier: receipt first, then where it stands, its result, its rating."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.dossiers import bundle_words, capacities, fees, lifecycle, marks, prints, promises, wanted
from tinhso.dossiers.contracts import DossierRow, DossierView, Status
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import charging, endings
from tinhso.dossiers.outcomes import Holds
from tinhso.dossiers.pages.printable import FORMS, INSIDE, printable
from tinhso.dossiers.pages.public import keeping, pictures, telling
from tinhso.dossiers.pages.public.filing import show
from tinhso.dossiers.queries import letters, passing
from tinhso.dossiers.queries.bundles import of_dossier as of_bundle
from tinhso.dossiers.queries.delivery import deliveries
from tinhso.dossiers.queries.extending import extensions
from tinhso.dossiers.queries.issued import standing_of
from tinhso.dossiers.queries.opinions import of_dossier
from tinhso.dossiers.queries.originals import originals, returns
from tinhso.dossiers.queries.reading import coded, looked_at, may_act
from tinhso.dossiers.queries.usual import usual
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.files.serving import pdf, served
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.procedures import api as procedures

SCORES = 5


@never_cache
@access.person()
@require_safe
def track(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one dossier."""
    return drawn(request, *_at_hand(request, code))


def drawn(
    request: HttpRequest,
    actor: ActorRef,
    dossier: Dossier,
    view: DossierView,
    at: datetime,
    *,
    fault: str = "",
    words: str = "",
) -> HttpResponse:
    """The page, with a fault of the rating if there is one."""
    row, version = view.row, procedures.version(view.procedure_version)
    units = directory.names([line.unit for line in view.history if line.unit])
    owner = view.applicant.owner
    way = passing.way(dossier, at=at)
    keepable = keeping.keepable(view, by=actor)
    acts = may_act(dossier, by=actor, at=at)
    reader = owner.id if owner and not _stands_for(actor, view) else actor.id
    told = notify.about(kind="dossier", subject_id=row.id, reader=reader) if reader else ()
    stands, later, back = standing_of(view.result), extensions(row.id), returns(row.id)
    forms = printable(
        view, later=later, back=back, letters=letters.sent(letters.of_dossier(row.id)), root="/ho-so/"
    )
    post = _post(row)
    return show(
        request,
        "track",
        status=422 if fault else 200,
        title=_("Đã gửi hồ sơ") if row.status is Status.SUBMITTED else row.procedure_name,
        errors=bool(fault),
        fault=fault,
        fault_links=[("diem", fault)],
        words=words,
        view=view,
        row=row,
        fresh=row.status is Status.SUBMITTED,
        reached=view.filed_by.filer.email if view.filed_by else view.applicant.email,
        people=_people(actor, view),
        now=_("Kết quả đang được bưu điện chuyển đến ông/bà.") if post.get("number") else telling.now(row),
        yours=telling.yours(row) and acts,
        turn=telling.turn(view, at=at),
        unmoved=telling.unmoved(view, at=at),
        usual="" if row.finished_at else usual(version.code, at=at),
        bill=charging.open_bill(row.id),
        receipts=charging.receipts(row.id) if acts else (),
        fees=fees.rows(
            version, view.answers, via=row.via, applicant=dossier.applicant_kind, at=dossier.submitted_at
        ),
        steps=telling.steps(view),
        way=way,
        bundle=of_bundle(row.id),
        stages=telling.stages(way),
        opinions=telling.opinions(of_dossier(row.id), at=at),
        with_whom=telling.with_whom(way),
        post=post,
        may_choose="collect_at" in lifecycle.offered(row.status),
        history=telling.history(view.history, units),
        due=in_words(row.due_at) if row.accepted_at else "",
        promised=promises.explained(dossier, at=at),
        asked=next((each for each in view.supplements if each.answered_at is None), None),
        has_result=row.status is Status.RETURNED and view.result is not None,
        may_withdraw="withdraw" in lifecycle.offered(row.status) and acts,
        may_rate="rate" in lifecycle.offered(row.status) and view.rating is None and acts,
        acts=acts,
        scores=_scores(),
        letters=[one for one in forms if one.word not in INSIDE | {"01"}],
        holds=stands is not None and stands.holds is Holds.YES,
        stands=telling.stands(stands),
        later=telling.later(view, later),
        originals=[one for one in originals(row.id) if one.left],
        returns=telling.given_back(back),
        papers=[paper for paper in view.papers if paper.current],
        keepable={paper.file_id for paper in keepable},
        kept=keeping.kept(view, keepable),
        messages=list(reversed(told)),
        picture=pictures.qr(request.build_absolute_uri(f"/ho-so/{row.code}/")),
    )


def _post(row: DossierRow) -> dict[str, str]:
    """How the result comes by post; empty for one that is collected."""
    found = deliveries([row.id]).get(row.id) if marks.POSTED in row.flags else None
    number = found.number if found and row.status is Status.DONE else ""
    return {"words": wanted.in_words(found), "number": number} if found else {}


def _stands_for(actor: ActorRef, view: DossierView) -> bool:
    """Whether the reader is neither the applicant nor of the applying organisation: they read their own."""
    owner = view.applicant.owner
    return owner is None or (owner.kind == "person" and owner.id != actor.id)


def _people(actor: ActorRef, view: DossierView) -> list[tuple[str, str]]:
    """Whose it is, who filed it, who else applies: told when it is not simply one's own."""
    if view.filed_by is None:
        return []
    filer = view.filed_by.filer
    rows = [
        (_("Chủ hồ sơ"), view.applicant.name),
        (_("Người nộp"), f"{filer.name}, {filer.capacity.label.lower()}"),
        (_("Cùng đứng tên"), ", ".join(member.name for member in view.members)),
        (_("Giấy tờ chứng minh"), capacities.state_in_words(view.filed_by.state)),
    ]
    return [(key, value) for key, value in rows if value]


def _scores() -> list[dict[str, str]]:
    words = [_("Rất hài lòng"), _("Hài lòng"), _("Bình thường"), _("Không hài lòng"), _("Rất không hài lòng")]
    return [{"value": str(SCORES - place), "text": word} for place, word in enumerate(words)]


def _own(request: HttpRequest, code: str) -> tuple[ActorRef, DossierView, datetime]:
    """The dossier for a visitor who may see it. Raises NotFound, whether or not the code exists."""
    actor, _dossier, view, at = _at_hand(request, code)
    return actor, view, at


def _at_hand(request: HttpRequest, code: str) -> tuple[ActorRef, Dossier, DossierView, datetime]:
    """The same with its row, for the page that asks more of it."""
    actor, at = identity.actor_of(request), moments.now()
    dossier = coded(code)
    return actor, dossier, looked_at(dossier, by=actor, at=at, purpose=_("Mở tệp trong hồ sơ")), at


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take the dossier back, after asking."""
    actor, view, at = _own(request, code)
    if request.method == "POST":
        endings.withdraw(
            dossier_id=view.row.id,
            reason=request.POST.get("ly_do", ""),
            by=actor,
            at=at,
        )
        return HttpResponseRedirect(f"/ho-so/{view.row.code}/")
    if "withdraw" not in lifecycle.offered(view.row.status):
        return HttpResponseRedirect(f"/ho-so/{view.row.code}/")
    bundle = of_bundle(view.row.id)
    return show(
        request,
        "withdraw",
        base="ui/public.html",
        title=_("Rút hồ sơ %(code)s?") % {"code": view.row.code},
        sentences=[
            _("Cơ quan sẽ thôi giải quyết. Rút rồi thì không lấy lại được."),
            _("Muốn làm tiếp, ông/bà phải nộp hồ sơ mới."),
            *(bundle_words.without(bundle, view.row.code) if bundle else []),
        ],
        action=request.path,
        act=_("Rút hồ sơ"),
        danger=True,
        back=f"/ho-so/{view.row.code}/",
        stay=_("Không rút"),
    )


@never_cache
@access.person()
@require_POST
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The person's rating, once."""
    actor, dossier, view, at = _at_hand(request, code)
    score = request.POST.get("diem", "")
    words = request.POST.get("gop_y", "")
    try:
        endings.rate(
            dossier_id=view.row.id,
            score=int(score) if score in "12345" and score else 0,
            words=words,
            by=actor,
            at=at,
        )
    except Invalid as fault:
        return drawn(request, actor, dossier, view, at, fault=fault.message, words=words)
    return HttpResponseRedirect(f"/ho-so/{view.row.code}/#danh-gia")


@never_cache
@access.anyone(reason="the dossier's own readers are asked: its owner, officers on its path")
@require_safe
def paper(request: HttpRequest, code: str, file_id: UUID) -> HttpResponseBase:
    """A paper of the dossier, earlier ones too."""
    if identity.actor_of(request).kind is ActorKind.NOBODY:
        return _sign_in(request)
    _actor, view, _at = _own(request, code)
    if file_id not in {each.file_id for each in view.papers}:
        raise NotFound(_("Không tìm thấy tệp này."))
    return served(file_id)


@never_cache
@access.anyone(reason="the dossier's own readers are asked: its owner, officers on its path")
@require_safe
def result(request: HttpRequest, code: str) -> HttpResponseBase:
    """The signed result, byte for byte, once it was handed over."""
    if identity.actor_of(request).kind is ActorKind.NOBODY:
        return _sign_in(request)
    _actor, view, _at = _own(request, code)
    if view.row.status is not Status.RETURNED or view.result is None:
        raise NotFound(_("Hồ sơ này chưa trả kết quả. Hãy xem lại ngày hẹn."))
    return served(view.result.file_id, name=f"{view.row.code}.pdf", download=True)


@never_cache
@access.anyone(reason="the dossier's own readers are asked: its owner, officers on its path")
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponseBase:
    """Form 01, the receipt with the promised date, to print or keep."""
    if identity.actor_of(request).kind is ActorKind.NOBODY:
        return _sign_in(request)
    actor, view, at = _own(request, code)
    return pdf(prints.receipt(view.row.id, by=actor, at=at), name=f"{view.row.code}-giay-tiep-nhan.pdf")


@never_cache
@access.anyone(reason="the dossier's own readers are asked: its owner, officers on its path")
@require_safe
def letter(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """A form that the office addressed to the applicant, to print or keep."""
    if identity.actor_of(request).kind is ActorKind.NOBODY:
        return _sign_in(request)
    actor, view, at = _own(request, code)
    return pdf(FORMS[form](view.row.id, by=actor, at=at), name=f"{view.row.code}-mau-{form}.pdf")


@never_cache
@access.anyone(reason="the dossier's own readers are asked: its owner, officers on its path")
@require_safe
def own_letter(request: HttpRequest, code: str, letter: UUID) -> HttpResponseBase:
    """A letter of the procedure that the office sent, as it was sent."""
    if identity.actor_of(request).kind is ActorKind.NOBODY:
        return _sign_in(request)
    _actor, view, _at = _own(request, code)
    return served(letters.file_of(view.row.id, letter).file, name=f"{view.row.code}-thu.pdf")


def _sign_in(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"/dang-nhap/?{urlencode({'tiep': request.path})}")
