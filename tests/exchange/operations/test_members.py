"""Who speaks through the server, and how they show who they are."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.exchange.evidence import trusted
from tests.support.constraints import refused
from tests.support.people import AT, officer
from tinhso.exchange.contracts import Authentication
from tinhso.exchange.models import ClientCertificate, Group, GroupMember, Subsystem
from tinhso.exchange.operations import members
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity

pytestmark = pytest.mark.django_db
TINHSO = "VN-DEMO/GOV/H01/TINHSO"


def register(identifier: str = TINHSO) -> Subsystem:
    subsystem_id = members.register(
        identifier=identifier, member_name="UBND tỉnh", name="Tỉnh Số", by=SYSTEM, at=AT
    )
    return Subsystem.objects.get(id=subsystem_id)


def test_a_subsystem_speaks_by_mutual_tls_unless_something_else_is_said() -> None:
    assert register().authentication == Authentication.MUTUAL


@pytest.mark.parametrize(
    "identifier",
    [
        "VN-DEMO/GOV/H01",
        "VN-DEMO/GOV/H01/TINHSO/X",
        "VN-DEMO/GOV/H01/TINH_SO",
        "VN-DEMO/GOV/H01/T%C3%ADnh",
        "VN-DEMO/GOV/H01/",
        "VN DEMO/GOV/H01/A",
        "",
    ],
)
def test_an_identifier_that_others_could_not_write_is_refused(identifier: str) -> None:
    with pytest.raises(Invalid):
        register(identifier)


def test_a_subsystem_is_registered_once() -> None:
    register()

    with pytest.raises(Conflict):
        register()


def test_only_an_administrator_registers() -> None:
    clerk = officer(identity.Role.CLERK)

    with pytest.raises(NotAllowed):
        members.register(identifier=TINHSO, member_name="x", name="x", by=clerk, at=AT)


def test_certificates_come_and_go() -> None:
    subsystem = register()
    shown = trusted.certificate(trusted.named("HTTT"), trusted.key_of("ec", "is"), None)
    pem = shown.certificate.public_bytes(Encoding.PEM)

    added = members.add_certificate(subsystem_id=subsystem.id, given=pem, by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        members.add_certificate(subsystem_id=subsystem.id, given=shown.der, by=SYSTEM, at=AT)
    members.remove_certificate(certificate_id=added, by=SYSTEM, at=AT)
    again = members.add_certificate(subsystem_id=subsystem.id, given=pem, by=SYSTEM, at=AT)

    assert ClientCertificate.objects.get(removed_at=None).id == again
    with pytest.raises(NotFound):
        members.remove_certificate(certificate_id=added, by=SYSTEM, at=AT)
    with pytest.raises(Invalid):
        members.add_certificate(subsystem_id=subsystem.id, given=b"no certificate", by=SYSTEM, at=AT)


def test_a_group_holds_exactly_whom_it_was_given_last() -> None:
    owner = register()
    one, other, third = (f"VN-DEMO/GOV/X/{name}" for name in "ABC")

    members.set_group(owner_id=owner.id, code="bo", description="", members=[one, other], by=SYSTEM, at=AT)
    members.set_group(owner_id=owner.id, code="bo", description="", members=[other, third], by=SYSTEM, at=AT)

    held = set(GroupMember.objects.values_list("identifier", flat=True))
    assert held == {other, third}
    with pytest.raises(Invalid):
        members.set_group(
            owner_id=owner.id, code="bo", description="", members=["VN-DEMO/GOV/X"], by=SYSTEM, at=AT
        )


def test_who_has_ended_gets_nothing_more() -> None:
    subsystem = register()

    members.end(subsystem_id=subsystem.id, by=SYSTEM, at=AT)

    with pytest.raises(NotFound):
        members.end(subsystem_id=subsystem.id, by=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        members.set_authentication(
            subsystem_id=new_id(), authentication=Authentication.HTTP, by=SYSTEM, at=AT
        )


def test_the_database_refuses_what_no_operation_would_write() -> None:
    subsystem = register()
    row = Subsystem.objects.filter(id=subsystem.id)
    group = Group.objects.create(owner=subsystem, code="nhom")
    GroupMember.objects.create(group=group, identifier=TINHSO)

    refused("subsystem_identifier_has_four_parts", lambda: row.update(identifier="A/B/C"))
    refused("subsystem_known_authentication", lambda: row.update(authentication="tin"))
    refused("subsystem_ends_after_it_began", lambda: row.update(ended_at=AT.replace(year=2020)))
    refused("group_has_a_code", lambda: Group.objects.create(owner=subsystem, code=""))
    refused("group_code_once", lambda: Group.objects.create(owner=subsystem, code="nhom"))
    refused("group_member_once", lambda: GroupMember.objects.create(group=group, identifier=TINHSO))
    refused(
        "group_member_is_a_subsystem", lambda: GroupMember.objects.create(group=group, identifier="A/B/C")
    )
    refused(
        "client_certificate_sha256",
        lambda: ClientCertificate.objects.create(
            subsystem=subsystem, certificate=b"x", fingerprint="x", added_at=AT
        ),
    )
    ClientCertificate.objects.create(subsystem=subsystem, certificate=b"x", fingerprint="0" * 64, added_at=AT)
    refused(
        "client_certificate_once",
        lambda: ClientCertificate.objects.create(
            subsystem=subsystem, certificate=b"x", fingerprint="0" * 64, added_at=AT
        ),
    )
