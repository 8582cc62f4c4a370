"""Subsystems of our agencies at the desk: the list, a new one, one with its certificates and groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography import x509
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.exchange.contracts import Authentication
from tinhso.exchange.messages.transport import own_client
from tinhso.exchange.models import ClientCertificate, State, Subsystem
from tinhso.exchange.operations import members
from tinhso.exchange.pages.acting import NOTHING, Acts, Refusal, done
from tinhso.exchange.pages.forms import Box, draw
from tinhso.exchange.pages.visiting import by_box, faults_of, lines, typed, visit
from tinhso.exchange.queries import subsystems as queries
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotFound, Unable
from tinhso.foundation.ids import read
from tinhso.foundation.moments import today
from tinhso.ui.api import paging

HOME = "/can-bo/truc/he-thong-con/"
NEW = ("ma", "ten", "thanh-vien", "co-quan", "ket-noi")
MOST_BYTES = 64 * 1024
CONNECTIONS: dict[Authentication, str | Promise] = {
    Authentication.MUTUAL: gettext_lazy("TLS hai chiều: hệ thống trình chứng thư (nên dùng)"),
    Authentication.HTTPS: gettext_lazy("TLS một chiều: không hỏi chứng thư của hệ thống"),
    Authentication.HTTP: gettext_lazy("Không mã hóa: chỉ trong cùng máy hoặc mạng riêng"),
}
SHORT: dict[Authentication, str | Promise] = {
    Authentication.MUTUAL: gettext_lazy("TLS hai chiều"),
    Authentication.HTTPS: gettext_lazy("TLS một chiều"),
    Authentication.HTTP: gettext_lazy("Không mã hóa"),
}


@never_cache
@access.officer("exchange.register_subsystem")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """A page of subsystems. Two queries."""
    words, ended = request.GET.get("q", "").strip()[:100], request.GET.get("xem") == "da-go"
    rows, more = queries.listed(typed=words, ended=ended, before=paging.before(request))
    names = directory.names({one.row.agency_id for one in rows if one.row.agency_id})
    facts = {
        "title": _("Hệ thống của tỉnh"),
        "rows": [
            (
                one,
                names[one.row.agency_id] if one.row.agency_id else one.row.member_name,
                SHORT[Authentication(one.row.authentication)],
            )
            for one in rows
        ],
        "typed": words,
        "ended": ended,
        "next": paging.following(HOME, more, kept={"q": words, "xem": "da-go" if ended else ""}),
    }
    return render(request, "exchange/desk/subsystems.html", facts)


@never_cache
@access.officer("exchange.register_subsystem")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A new subsystem."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    words = {name: text.strip() for name, text in typed(request, NEW).items()}
    if request.method == "POST":
        try:
            made = members.register(
                identifier=words["ma"],
                member_name=words["thanh-vien"],
                name=words["ten"],
                agency_id=read(words["co-quan"]),
                authentication=_connection(words["ket-noi"]),
                by=actor,
                at=at,
            )
        except Unable as refused:
            faults, status = faults_of(refused, otherwise="ma"), refused.status
        else:
            return HttpResponseRedirect(f"{HOME}{made}/")
    else:
        words |= _begin()
    boxes = (
        Box("ten", _("Tên hệ thống")),
        Box(
            "ma",
            _("Mã hệ thống con"),
            hint=_("Bốn phần như đã đăng ký ở danh bạ quốc gia: hệ thống/nhóm/thành viên/hệ thống con."),
        ),
        Box("thanh-vien", _("Cơ quan là thành viên của trục"), hint=_("Như trong danh bạ quốc gia.")),
        Box("co-quan", _("Cơ quan trong tỉnh chịu trách nhiệm"), "select", items=_agencies(at)),
        Box(
            "ket-noi",
            _("Hệ thống kết nối bằng"),
            "select",
            items=[(one.value, str(text)) for one, text in CONNECTIONS.items()],
        ),
    )
    return draw(
        request,
        boxes,
        title=_("Đăng ký hệ thống của tỉnh"),
        back=(HOME, _("Hệ thống của tỉnh")),
        submit=_("Đăng ký"),
        typed=words,
        faults=faults,
        intro=_("Danh bạ quốc gia phải có hệ thống này thì máy khác mới chấp nhận nó."),
        status=status,
    )


def _begin() -> dict[str, str]:
    """What a new one most likely begins with: the member that owns this server."""
    state = State.objects.filter(id=1).first()
    owner = state.server.rpartition("/")[0] if state else ""
    return {"ma": f"{owner}/" if owner else "", "ket-noi": Authentication.MUTUAL.value}


@never_cache
@access.officer("exchange.register_subsystem")
@require_safe
def one(request: HttpRequest, subsystem_id: UUID) -> HttpResponse:
    """A subsystem with what hangs on it."""
    return _shown(request, _held(subsystem_id))


def _shown(request: HttpRequest, row: Subsystem, refused: Refusal = NOTHING) -> HttpResponse:
    (_actor, at), client = visit(request), own_client()
    boxes = ("ten", "thanh-vien", "co-quan", "ket-noi", "ma-nhom", "mo-ta", "thanh-phan")
    certificates = row.certificates.filter(removed_at=None).order_by("-added_at", "-id")
    facts = {
        "title": row.name,
        "row": row,
        "agency": directory.names([row.agency_id])[row.agency_id] if row.agency_id else "",
        "connection": SHORT[Authentication(row.authentication)],
        "connections": [(one.value, str(text)) for one, text in CONNECTIONS.items()],
        "agencies": _agencies(at),
        "certificates": [_certificate(each, at) for each in certificates],
        "groups": list(row.groups.prefetch_related("members").order_by("code")),
        "services": list(row.services.order_by("code", "version")[:200]),
        "hanging": queries.hanging(row),
        "own": client is not None and str(client) == row.identifier,
        "typed": by_box(typed(request, boxes)),
    }
    return refused.draw(request, "exchange/desk/subsystem.html", facts)


def _certificate(row: ClientCertificate, at: datetime) -> dict[str, Any]:
    found = x509.load_der_x509_certificate(bytes(row.certificate))
    return {
        "row": row,
        "subject": found.subject.rfc4514_string(),
        "not_after": found.not_valid_after_utc,
        "over": found.not_valid_after_utc <= at,
    }


@never_cache
@access.officer("exchange.change_subsystem")
@require_POST
def act(request: HttpRequest, subsystem_id: UUID) -> HttpResponse:
    """Change it, its connection, its certificates or groups; take it away."""
    row = _held(subsystem_id)
    return done(
        request,
        _ACTS,
        lambda do: do(request, row),
        back=f"{HOME}{row.id}/",
        again=lambda refused: _shown(request, row, refused),
    )


def _change(request: HttpRequest, row: Subsystem) -> None:
    actor, at = visit(request)
    members.change(
        subsystem_id=row.id,
        name=request.POST.get("ten", "")[:200],
        member_name=request.POST.get("thanh-vien", "")[:200],
        agency_id=read(request.POST.get("co-quan", "")),
        by=actor,
        at=at,
    )


def _connect(request: HttpRequest, row: Subsystem) -> None:
    actor, at = visit(request)
    chosen = _connection(request.POST.get("ket-noi", ""))
    members.set_authentication(subsystem_id=row.id, authentication=chosen, by=actor, at=at)


def _add(request: HttpRequest, row: Subsystem) -> None:
    (actor, at), given = visit(request), request.FILES.get("chung-thu")
    if not isinstance(given, UploadedFile) or not 0 < (given.size or 0) <= MOST_BYTES:
        words = _("Chọn tệp chứng thư PEM hoặc DER, không quá 64 KB.")
        raise Invalid(words, faults={"chung-thu": words})
    members.add_certificate(subsystem_id=row.id, given=bytes(given.read()), by=actor, at=at)


def _remove(request: HttpRequest, row: Subsystem) -> None:
    (actor, at), id = visit(request), read(request.POST.get("cua", ""))
    if id is None or not row.certificates.filter(id=id).exists():
        raise NotFound(_("Không có chứng thư này."))
    members.remove_certificate(certificate_id=id, by=actor, at=at)


def _group(request: HttpRequest, row: Subsystem) -> None:
    actor, at = visit(request)
    members.set_group(
        owner_id=row.id,
        code=request.POST.get("ma-nhom", "").strip()[:100],
        description=request.POST.get("mo-ta", "").strip()[:500],
        members=lines(request.POST.get("thanh-phan", "")[:20_000]),
        by=actor,
        at=at,
    )


def _end(request: HttpRequest, row: Subsystem) -> None:
    actor, at = visit(request)
    members.end(subsystem_id=row.id, by=actor, at=at)


_ACTS: Acts[Callable[[HttpRequest, Subsystem], None]] = {
    "sua": (_change, "ten"),
    "ket-noi": (_connect, "ket-noi"),
    "them-chung-thu": (_add, "chung-thu"),
    "go-chung-thu": (_remove, "chung-thu"),
    "nhom": (_group, "thanh-phan"),
    "go": (_end, "go"),
}


def _connection(text: str) -> Authentication:
    try:
        return Authentication(text)
    except ValueError as error:
        words = _("Chọn cách kết nối.")
        raise Invalid(words, faults={"ket-noi": words}) from error


def _held(subsystem_id: UUID) -> Subsystem:
    row = Subsystem.objects.filter(id=subsystem_id).first()
    if row is None:
        raise NotFound(_("Không có hệ thống này trên trục."))
    return row


def _agencies(at: datetime) -> list[tuple[str, str]]:
    named = [(str(row.id), row.name) for row in directory.agencies(today(at))]
    return [("", _("Chưa khai")), *named]
