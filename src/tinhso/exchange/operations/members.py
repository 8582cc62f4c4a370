"""Subsystems that speak through this server, how they show who they are, and their groups of clients."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _

from tinhso.exchange.contracts import Authentication
from tinhso.exchange.models import ClientCertificate, Group, GroupMember, Subsystem
from tinhso.exchange.operations import certificates, subjects
from tinhso.exchange.operations.certificates import fingerprint
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import parse_client
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef

NEW = re.compile(r"[A-Za-z0-9'()+,\-.=?]+")
"""What a part of a new identifier is written with (§1.1)."""
GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")


def register(
    *,
    identifier: str,
    member_name: str,
    name: str,
    agency_id: UUID | None = None,
    authentication: Authentication = Authentication.MUTUAL,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Let a subsystem speak through this server; its id.

    `identifier` is `instance/class/member/subsystem`, parts percent-encoded. Raises Invalid for one that
    other servers could not write (§1.1), Conflict when it is registered.
    """
    _check_new(identifier)
    _check_names(name, member_name)
    subsystem_id = new_id()
    with transactions.act(
        "exchange.register_subsystem", by=by, at=at, on=subjects.subsystem(subsystem_id)
    ) as work:
        Subsystem.objects.create(
            id=subsystem_id,
            identifier=identifier,
            member_name=member_name,
            name=name,
            agency_id=agency_id,
            authentication=authentication,
            registered_at=at,
        )
        work.record(identifier=identifier, authentication=authentication)
    return subsystem_id


def set_authentication(
    *, subsystem_id: UUID, authentication: Authentication, by: ActorRef, at: datetime
) -> None:
    """Change how its information systems show who they are (§14.2). Raises NotFound."""
    with transactions.act(
        "exchange.change_subsystem", by=by, at=at, on=subjects.subsystem(subsystem_id)
    ) as work:
        if not Subsystem.objects.filter(id=subsystem_id).update(authentication=authentication):
            raise _unknown()
        work.record(authentication=authentication)


def change(
    *, subsystem_id: UUID, name: str, member_name: str, agency_id: UUID | None, by: ActorRef, at: datetime
) -> None:
    """Change what people read of it, and the agency that answers for it. Raises NotFound, Invalid."""
    _check_names(name, member_name)
    with transactions.act(
        "exchange.change_subsystem", by=by, at=at, on=subjects.subsystem(subsystem_id)
    ) as work:
        rows = Subsystem.objects.filter(id=subsystem_id, ended_at=None)
        if not rows.update(name=name.strip(), member_name=member_name.strip(), agency_id=agency_id):
            raise _unknown()
        work.record(name=name.strip())


def end(*, subsystem_id: UUID, by: ActorRef, at: datetime) -> None:
    """The subsystem speaks through this server no longer, and its services answer nobody. Raises NotFound."""
    with transactions.act(
        "exchange.change_subsystem", by=by, at=at, on=subjects.subsystem(subsystem_id)
    ) as work:
        if not Subsystem.objects.filter(id=subsystem_id, ended_at=None).update(ended_at=at):
            raise _unknown()
        work.record(ended=True)


def add_certificate(*, subsystem_id: UUID, given: bytes, by: ActorRef, at: datetime) -> UUID:
    """Let information systems with this certificate (PEM or DER) be the subsystem.

    Raises Invalid, NotFound.
    """
    der = certificates.chain(given)[0].public_bytes(Encoding.DER)
    with transactions.act(
        "exchange.change_subsystem", by=by, at=at, on=subjects.subsystem(subsystem_id)
    ) as work:
        if not Subsystem.objects.filter(id=subsystem_id, ended_at=None).exists():
            raise _unknown()
        added = ClientCertificate.objects.create(
            subsystem_id=subsystem_id,
            certificate=der,
            fingerprint=fingerprint(der),
            added_at=at,
        )
        work.record(added=added.fingerprint)
    return added.id


def remove_certificate(*, certificate_id: UUID, by: ActorRef, at: datetime) -> None:
    """Take a certificate back. Raises NotFound."""
    found = ClientCertificate.objects.filter(id=certificate_id, removed_at=None).first()
    if found is None:
        raise NotFound(_("Không có chứng thư này."))
    with transactions.act(
        "exchange.change_subsystem", by=by, at=at, on=subjects.subsystem(found.subsystem_id)
    ) as work:
        ClientCertificate.objects.filter(id=certificate_id).update(removed_at=at)
        work.record(removed=found.fingerprint)


def set_group(
    *, owner_id: UUID, code: str, description: str, members: Iterable[str], by: ActorRef, at: datetime
) -> UUID:
    """Make or change a local group: exactly these clients belong to it; its id. Raises Invalid."""
    wanted = sorted(set(members))
    for each in wanted:
        _check_identifier(each)
    if not GROUP.fullmatch(code):
        words = _("Mã nhóm chỉ dùng chữ cái không dấu, chữ số và dấu gạch ngang.")
        raise Invalid(words, faults={"ma-nhom": words})
    with transactions.act("exchange.change_subsystem", by=by, at=at, on=subjects.subsystem(owner_id)) as work:
        group, _made = Group.objects.update_or_create(
            owner_id=owner_id, code=code, defaults={"description": description}
        )
        group.members.exclude(identifier__in=wanted).delete()
        here = set(group.members.values_list("identifier", flat=True))
        GroupMember.objects.bulk_create(
            GroupMember(group=group, identifier=each) for each in wanted if each not in here
        )
        work.record(group=code, members=len(wanted))
    return group.id


def _check_names(name: str, member_name: str) -> None:
    faults = {}
    if not name.strip():
        faults["ten"] = _("Nhập tên hệ thống.")
    if not member_name.strip():
        faults["thanh-vien"] = _("Nhập tên cơ quan là thành viên.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)


def _check_identifier(identifier: str) -> None:
    try:
        client = parse_client(identifier)
    except Fault as error:
        raise Invalid(_("Mã hệ thống phải có bốn phần: hệ thống/nhóm/thành viên/hệ thống con.")) from error
    if not client.subsystem:
        raise Invalid(_("Mã hệ thống phải có bốn phần: hệ thống/nhóm/thành viên/hệ thống con."))


def _check_new(identifier: str) -> None:
    _check_identifier(identifier)
    if not all(map(NEW.fullmatch, parse_client(identifier).parts)):
        raise Invalid(
            _("Mã chỉ dùng chữ cái không dấu, chữ số và các dấu ' ( ) + , - . = ?; hãy đặt lại mã.")
        )


def _unknown() -> NotFound:
    return NotFound(_("Không có hệ thống này trên trục."))
