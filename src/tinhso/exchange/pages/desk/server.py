"""This security server at the desk: its name, its keys and certificates, its rest for repairs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.exchange import configuration
from tinhso.exchange.contracts import KeyKind, KeyUse
from tinhso.exchange.diagnosing import own_keys
from tinhso.exchange.diagnosing.own_keys import FOR, Revocation, Standing, Use
from tinhso.exchange.models import KeyRequest, ServerKey, State
from tinhso.exchange.operations import importing, server
from tinhso.exchange.operations.certificates import decoded, fingerprint
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done
from tinhso.exchange.pages.visiting import by_box, typed, visit
from tinhso.exchange.protocol.globalconf import Anchor
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.ids import read
from tinhso.ui.api import paging

HOME = "/can-bo/truc/may-chu/"
ON_A_PAGE = 20
MOST_BYTES = 256 * 1024
USES: dict[Use, tuple[str, str | Promise]] = {
    Use.USED: ("green", gettext_lazy("Đang dùng")),
    Use.ENDS: ("amber", gettext_lazy("Đang dùng, sắp hết hạn")),
    Use.OVER: ("red", gettext_lazy("Hết hạn")),
    Use.IDLE: ("grey", gettext_lazy("Không dùng")),
}
REVOCATIONS: dict[Revocation, tuple[str, str | Promise]] = {
    Revocation.GOOD: ("green", gettext_lazy("Còn hiệu lực")),
    Revocation.REVOKED: ("red", gettext_lazy("Đã bị thu hồi")),
    Revocation.UNHEARD: ("amber", gettext_lazy("Nơi cấp chưa trả lời")),
    Revocation.UNASKED: ("grey", gettext_lazy("Chưa hỏi")),
}


@never_cache
@access.officer("exchange.see_diagnostics")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The server with its keys."""
    return _page(request)


def _page(request: HttpRequest, refused: Refusal = NOTHING) -> HttpResponse:
    _actor, at = visit(request)
    ours, told = configuration.held(), own_keys.health()
    known = ours.document
    before = paging.before(request)
    rows = list(ServerKey.objects.filter(active=True).order_by("use", "member"))
    others = ServerKey.objects.filter(active=False)
    found = list((others.filter(id__lt=before) if before else others).order_by("-id")[: ON_A_PAGE + 1])
    idle, last = paging.cut(found, ON_A_PAGE)
    shown = idle if before else [*rows, *idle]
    keys = own_keys.standings(shown, told=told, known=known, server=ours.server, at=at)
    owners = importing.key_owners()
    facts = {
        "title": _("Máy chủ và khóa"),
        "ours": ours,
        "named": bool(ours.server),
        "known": known,
        "over": bool(known and known.expires <= at),
        "anchor": _mark(ours.anchor),
        "told": told,
        "keys": [_row(one) for one in keys],
        "next": paging.following(HOME, last and last.id),
        "missing": _missing(owners, rows, at=at) if not before else [],
        "waiting": [
            (one, FOR[KeyUse(one.use)]) for one in KeyRequest.objects.filter(ended_at=None).order_by("id")
        ],
        "owners": [(f"{one.use}:{one.member}", f"{FOR[one.use]}: {one.member}") for one in owners],
        "kinds": [(KeyKind.EC.value, _("P-256 (nên dùng)")), (KeyKind.RSA.value, _("RSA 3072 bit"))],
        "organisation": request.POST.get("to-chuc", "") or next((one.name for one in owners if one.name), ""),
        "typed": by_box(typed(request, ("may-chu", "loi-bao", "thiet-bi", "loai", "chu"))),
    }
    return refused.draw(request, "exchange/desk/server.html", facts)


def _row(one: Standing) -> dict[str, Any]:
    return {
        "one": one,
        "for": FOR[KeyUse(one.row.use)],
        "use": USES[one.use],
        "revocation": REVOCATIONS[one.revocation],
    }


def _missing(owners: list[importing.KeyOwner], rows: list[ServerKey], *, at: datetime) -> list[str]:
    """What the server cannot do for want of a key."""
    here = {(row.use, row.member) for row in rows if row.not_after > at}
    return [
        _("Chưa có khóa nào đang dùng cho %(member)s. Mục đích: %(what)s.")
        % {"member": one.member, "what": FOR[one.use]}
        for one in owners
        if (one.use, one.member) not in here
    ]


def _mark(anchor: Anchor | None) -> str:
    return fingerprint(anchor.certificate) if anchor else ""


@never_cache
@access.officer("exchange.name_server")
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Name the server, make a key, take a certificate, throw a waiting key away, rest or serve again."""
    return done(
        request,
        _ACTS,
        lambda do: do(request),
        back=HOME,
        again=lambda refused: _page(request, refused),
    )


@never_cache
@access.officer("exchange.see_diagnostics")
@require_safe
def key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One key: its certificate, and what may be done with it."""
    return _key(request, key_id)


def _key(request: HttpRequest, key_id: UUID, refused: Refusal = NOTHING) -> HttpResponse:
    _actor, at = visit(request)
    row = _held(key_id)
    ours = configuration.held()
    (standing,) = own_keys.standings(
        [row],
        told=own_keys.health() if row.active else None,
        known=ours.document,
        server=ours.server,
        at=at,
    )
    instead = ServerKey.objects.filter(use=row.use, member=row.member, active=True).exclude(id=row.id).first()
    facts = {
        **_row(standing),
        "title": f"{FOR[KeyUse(row.use)]}: {row.member}",
        "instead": instead,
    }
    return refused.draw(request, "exchange/desk/server_key.html", facts)


@never_cache
@access.officer("exchange.activate_key")
@require_POST
def key_act(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Use a key from now on, or no longer."""
    actor, at = visit(request)
    return done(
        request,
        {"dung": (server.activate, ""), "thoi": (server.retire, "")},
        lambda do: do(key_id=key_id, by=actor, at=at),
        back=f"{HOME}khoa/{key_id}/",
        again=lambda refused: _key(request, key_id, refused),
    )


@never_cache
@access.officer("exchange.see_diagnostics")
@require_safe
def certificate(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """The certificates of a key, its own first, as a PEM file."""
    found = decoded(_held(key_id).certificates)
    text = b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in found)
    return _file(text, f"{key_id}.pem", "application/x-pem-file")


@never_cache
@access.officer("exchange.make_key")
@require_safe
def certificate_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The certificate request of a waiting key, for the authority."""
    row = KeyRequest.objects.filter(id=request_id, ended_at=None).first()
    if row is None:
        raise NotFound(_("Khóa này đã có chứng thư hoặc đã bỏ."))
    return _file(row.request.encode(), f"{row.use}-{row.member.replace('/', '-')}.csr", "application/pkcs10")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _held(key_id: UUID) -> ServerKey:
    row = ServerKey.objects.filter(id=key_id).first()
    if row is None:
        raise NotFound(_("Không có khóa này."))
    return row


def _name(request: HttpRequest) -> None:
    actor, at = visit(request)
    kept = State.objects.filter(id=1).first()
    given = _given(request, "neo")
    anchor = kept.anchor if kept and kept.anchor and not given else _anchor(given)
    server.name_server(server=request.POST.get("may-chu", "").strip(), anchor=anchor, by=actor, at=at)


def _anchor(given: bytes) -> dict[str, str]:
    words = _("Chọn tệp neo (JSON) mà nơi quản lý trục quốc gia cấp.")
    try:
        made = orjson.loads(given)
        return {name: str(made[name]) for name in ("instance", "url", "certificate")}
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Invalid(words, faults={"neo": words}) from error


def _make(request: HttpRequest) -> str:
    actor, at = visit(request)
    use, _mark, member = request.POST.get("chu", "").partition(":")
    owner = next((one for one in importing.key_owners() if (one.use, one.member) == (use, member)), None)
    if owner is None:
        words = _("Chọn khóa dùng để làm gì. Máy chủ chưa có tên thì đặt tên trước.")
        raise Invalid(words, faults={"chu": words})
    name = request.POST.get("to-chuc", "").strip()[:200]
    if not name:
        raise Invalid(_("Hãy ghi tên tổ chức."), faults={"to-chuc": _("Hãy ghi tên tổ chức.")})
    kind = KeyKind.RSA if request.POST.get("loai") == KeyKind.RSA else KeyKind.EC
    server.make_key(use=owner.use, member=owner.member, name=name, kind=kind, by=actor, at=at)
    return f"{HOME}#cho-chung-thu"


def _take(request: HttpRequest) -> str:
    (actor, at), given, pem = visit(request), _given(request, "chung-thu"), _given(request, "khoa")
    address = request.POST.get("thiet-bi", "").strip()[:1000]
    if not given:
        words = _("Chọn tệp chứng thư (PEM hoặc DER).")
        raise Invalid(words, faults={"chung-thu": words})
    if pem:
        password = request.POST.get("mat-khau", "")[:200]
        made = importing.with_key(given=given, pem=pem, password=password, by=actor, at=at)
    elif address:
        made = importing.of_token(given=given, address=address, by=actor, at=at)
    else:
        made = importing.of_known_key(given=given, by=actor, at=at)
    return f"{HOME}khoa/{made}/"


def _throw_away(request: HttpRequest) -> None:
    actor, at = visit(request)
    id = read(request.POST.get("cua", ""))
    if id is None:
        raise NotFound(_("Khóa này đã có chứng thư hoặc đã bỏ."))
    server.throw_away(request_id=id, by=actor, at=at)


def _rest(request: HttpRequest) -> None:
    actor, at = visit(request)
    notice = request.POST.get("loi-bao", "").strip()[:500]
    if not notice:
        words = _("Hãy ghi lời báo cho bên gọi: vì sao, đến khi nào.")
        raise Invalid(words, faults={"loi-bao": words})
    server.set_maintenance(notice=notice, by=actor, at=at)


def _serve(request: HttpRequest) -> None:
    actor, at = visit(request)
    server.set_maintenance(notice="", by=actor, at=at)


def _given(request: HttpRequest, box: str) -> bytes:
    given = request.FILES.get(box)
    if not isinstance(given, UploadedFile) or not given.size:
        return b""
    if given.size > MOST_BYTES:
        raise Invalid(_("Tệp quá lớn."), faults={box: _("Tệp quá lớn. Chọn tệp không quá 256 KB.")})
    return bytes(given.read())


_ACTS: Acts[Callable[[HttpRequest], str | None]] = {
    "ten": (_name, "may-chu"),
    "tao-khoa": (_make, "chu"),
    "nhap": (_take, "chung-thu"),
    "bo": (_throw_away, "chu"),
    "bao-duong": (_rest, "loi-bao"),
    "het-bao-duong": (_serve, "loi-bao"),
}
