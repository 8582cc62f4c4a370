"""Certificates as they come back from the authority: whose they are and of which key is read out of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.utils.translation import gettext as _

from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.models import KeyRequest, ServerKey, State, Subsystem
from tinhso.exchange.operations import certificates, key_files, server
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Who may have a key here: this server (TLS), or a member that speaks through it (signing)."""

    use: KeyUse
    member: str
    name: str


def key_owners() -> list[KeyOwner]:
    """Who may have a key here, the server first; nobody before the server has a name. Two queries."""
    state = State.objects.filter(id=1).exclude(server="").first()
    if state is None:
        return []
    named = {_member(state.server): ""}
    for row in Subsystem.objects.filter(ended_at=None).order_by("registered_at"):
        named[_member(row.identifier)] = row.member_name
    signing = [KeyOwner(KeyUse.SIGNING, member, name) for member, name in named.items()]
    return [KeyOwner(KeyUse.TLS, state.server, named[_member(state.server)]), *signing]


def _member(identifier: str) -> str:
    return identifier.rpartition("/")[0]


def of_known_key(*, given: bytes, by: ActorRef, at: datetime) -> UUID:
    """Take the certificate of a key that was made here, waiting or in use; the new row's id.

    Raises Invalid when none of them is its key.
    """
    own = certificates.chain(given)[0]
    for use, member, reference, key in _known():
        if key == own.public_key():
            return server.take_certificate(
                use=use, member=member, reference=reference, given=given, by=by, at=at
            )
    raise Invalid(_("Chứng thư này không của khóa nào trên máy chủ. Nhập kèm khóa, hoặc chọn tệp khác."))


def _known() -> Iterator[tuple[KeyUse, str, str, object]]:
    for row in KeyRequest.objects.filter(ended_at=None).order_by("-id"):
        key = x509.load_pem_x509_csr(row.request.encode()).public_key()
        yield KeyUse(row.use), row.member, row.reference, key
    for kept in ServerKey.objects.order_by("-id"):
        of = x509.load_der_x509_certificate(certificates.decoded(kept.certificates)[0])
        yield KeyUse(kept.use), kept.member, kept.reference, of.public_key()


def with_key(*, given: bytes, pem: bytes, password: str, by: ActorRef, at: datetime) -> UUID:
    """Take a certificate with its key (PEM), both made elsewhere; the row's id. Raises Invalid."""
    use, member = _ours(given)
    if key_files.read(pem, password).public_key() != certificates.chain(given)[0].public_key():
        raise Invalid(_("Chứng thư không phải của khóa này."), faults={"khoa": _("Hãy chọn đúng tệp khóa.")})
    reference = server.take_key(pem=pem, password=password, by=by, at=at)
    return server.take_certificate(use=use, member=member, reference=reference, given=given, by=by, at=at)


def of_token(*, given: bytes, address: str, by: ActorRef, at: datetime) -> UUID:
    """Take the certificate of a key in a PKCS#11 token (RFC 7512 address); the row's id. Raises Invalid."""
    if not address.startswith(server.TOKEN):
        raise Invalid(
            _("Địa chỉ khóa trong thiết bị chưa đúng."),
            faults={"thiet-bi": _("Địa chỉ bắt đầu bằng pkcs11:, ví dụ pkcs11:token=truc;object=ky.")},
        )
    use, member = _ours(given)
    return server.take_certificate(use=use, member=member, reference=address, given=given, by=by, at=at)


def _ours(given: bytes) -> tuple[KeyUse, str]:
    use, member = certificates.meant_for(certificates.chain(given)[0])
    if (use, member) not in {(one.use, one.member) for one in key_owners()}:
        raise Invalid(
            _("Chứng thư cấp cho «%(member)s», không phải máy chủ này hay thành viên của nó.")
            % {"member": member}
        )
    return use, member
