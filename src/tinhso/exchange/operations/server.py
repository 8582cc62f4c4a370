"""This security server: its name, where it learns of the others, its keys, and its rest for repairs."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from cryptography import x509
from django.utils.translation import gettext as _

from tinhso.exchange.contracts import KeyKind, KeyUse
from tinhso.exchange.models import KeyRequest, ServerKey, State
from tinhso.exchange.operations import certificates, key_files, subjects
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import parse_server
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef

TOKEN = "pkcs11:"  # noqa: S105 - begins the address of a key, RFC 7512


@dataclass(frozen=True, slots=True)
class Made:
    """A new key: where it lies, and the certificate request (PEM) to hand to the authority."""

    reference: str
    request: str


def name_server(*, server: str, anchor: Mapping[str, str], by: ActorRef, at: datetime) -> None:
    """Say who this server is (`instance/class/member/code`) and where the global configuration is.

    The anchor holds `instance`, `url` and `certificate` (base64 of DER). A new anchor forgets the document of
    the old one. Raises Invalid.
    """
    _check_server(server)
    _check_anchor(anchor)
    with transactions.act("exchange.name_server", by=by, at=at, on=subjects.server()) as work:
        state, _made = State.objects.select_for_update().get_or_create(id=1)
        if state.anchor != anchor:
            state.global_configuration, state.global_fetched_at = "", None
        state.server, state.anchor = server, dict(anchor)
        state.save(update_fields=["server", "anchor", "global_configuration", "global_fetched_at"])
        work.record(server=server, url=anchor["url"])


def set_maintenance(*, notice: str, by: ActorRef, at: datetime) -> None:
    """Take the server out of service with a sentence for callers; an empty one brings it back."""
    with transactions.act("exchange.set_maintenance", by=by, at=at, on=subjects.server()) as work:
        State.objects.get_or_create(id=1)
        State.objects.filter(id=1).update(maintenance=notice.strip())
        work.record(notice=notice.strip())


def make_key(
    *, use: KeyUse, member: str, name: str, kind: KeyKind = KeyKind.EC, by: ActorRef, at: datetime
) -> Made:
    """Make a key on this machine and the request for its certificate (see `certificates.request`).

    The request is kept until the certificate comes.
    """
    key_id = new_id()
    with transactions.act("exchange.make_key", by=by, at=at, on=subjects.key(key_id)) as work:
        key = key_files.make(kind)
        made = Made(
            reference=key_files.keep(key, key_id),
            request=certificates.request(use=use, member=member, name=name, key=key),
        )
        KeyRequest.objects.create(
            id=key_id, use=use, member=member, reference=made.reference, request=made.request, made_at=at
        )
        work.record(use=use, member=member, kind=kind)
    return made


def throw_away(*, request_id: UUID, by: ActorRef, at: datetime) -> None:
    """Destroy a key whose certificate has not come. Raises NotFound."""
    with transactions.act("exchange.make_key", by=by, at=at, on=subjects.key(request_id)) as work:
        row = KeyRequest.objects.select_for_update().filter(id=request_id, ended_at=None).first()
        if row is None:
            raise NotFound(_("Khóa này đã có chứng thư hoặc đã bỏ."))
        KeyRequest.objects.filter(id=request_id).update(ended_at=at)
        transactions.after_commit(partial(key_files.destroy, row.reference))
        work.record(thrown_away=row.member)


def take_key(*, pem: bytes, password: str = "", by: ActorRef, at: datetime) -> str:
    """Keep a key that was made elsewhere; its reference. Raises Invalid."""
    key_id = new_id()
    with transactions.act("exchange.make_key", by=by, at=at, on=subjects.key(key_id)) as work:
        reference = key_files.keep(key_files.read(pem, password), key_id)
        work.record(reference=reference)
    return reference


def take_certificate(
    *, use: KeyUse, member: str, reference: str, given: bytes, by: ActorRef, at: datetime
) -> UUID:
    """Take the certificate of a key (PEM with those above it, or DER); the key's id. It is not used yet.

    `reference` is what `make_key` or `take_key` gave, or a PKCS#11 address (signing only). Raises Invalid
    when it is another's, for something else, over, or not of this key.
    """
    chain = certificates.chain(given)
    certificates.checked(chain, use=use, member=member)
    own = chain[0]
    if own.not_valid_after_utc <= at:
        raise Invalid(_("Chứng thư đã hết hạn. Hãy xin chứng thư mới."))
    _check_key(reference, own, use)
    key_id = new_id()
    with transactions.act("exchange.take_certificate", by=by, at=at, on=subjects.key(key_id)) as work:
        ServerKey.objects.create(
            id=key_id,
            use=use,
            member=member,
            reference=reference,
            certificates=certificates.encoded(chain),
            not_before=own.not_valid_before_utc,
            not_after=own.not_valid_after_utc,
            added_at=at,
        )
        KeyRequest.objects.filter(reference=reference, ended_at=None).update(ended_at=at)
        work.record(use=use, member=member, serial=f"{own.serial_number:x}")
    return key_id


def activate(*, key_id: UUID, by: ActorRef, at: datetime) -> None:
    """Use a key from now on, in place of the one before. Raises NotFound, Invalid when it is over."""
    with transactions.act("exchange.activate_key", by=by, at=at, on=subjects.key(key_id)) as work:
        key = ServerKey.objects.select_for_update().filter(id=key_id).first()
        if key is None:
            raise NotFound(_("Không có khóa này."))
        if key.not_after <= at:
            raise Invalid(_("Chứng thư của khóa đã hết hạn. Hãy nhập chứng thư mới."))
        before = ServerKey.objects.filter(use=key.use, member=key.member, active=True)
        before.exclude(id=key_id).update(active=False)
        ServerKey.objects.filter(id=key_id).update(active=True)
        work.record(use=key.use, member=key.member)


def retire(*, key_id: UUID, by: ActorRef, at: datetime) -> None:
    """Use a key no longer; what it signed stays proven by its certificate. Raises NotFound."""
    with transactions.act("exchange.activate_key", by=by, at=at, on=subjects.key(key_id)) as work:
        if not ServerKey.objects.filter(id=key_id).update(active=False):
            raise NotFound(_("Không có khóa này."))
        work.record(active=False)


def _check_server(server: str) -> None:
    try:
        parse_server(server)
    except Fault as error:
        raise Invalid(_("Mã máy chủ phải có bốn phần: hệ thống/nhóm/thành viên/máy chủ.")) from error


def _check_anchor(anchor: Mapping[str, str]) -> None:
    try:
        x509.load_der_x509_certificate(base64.b64decode(anchor["certificate"], validate=True))
        good = bool(anchor["instance"]) and anchor["url"].startswith(("http://", "https://"))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Invalid(_("Tệp neo cấu hình không đúng: cần instance, url và chứng thư.")) from error
    if not good:
        raise Invalid(_("Tệp neo cấu hình không đúng: cần instance, url và chứng thư."))


def _check_key(reference: str, own: x509.Certificate, use: KeyUse) -> None:
    if reference.startswith(TOKEN):
        if use is KeyUse.TLS:
            raise Invalid(_("Khóa TLS phải là tệp trên máy chủ; chỉ khóa ký nằm được trong thiết bị."))
        return
    if key_files.open_kept(reference).public_key() != own.public_key():
        raise Invalid(_("Chứng thư không phải của khóa này. Hãy chọn đúng tệp khóa."))
