"""Systems of others, their developers and certificates; changes and maintenance told ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.db import connection

from tests.exchange.agreements.laid import AT, CLIENT, DAY, Place, asked, opened, place
from tests.support import people
from tinhso.exchange.contracts import CannotChange, MaintenanceFacts, NoSuchAgreement, Quota
from tinhso.exchange.models import (
    ApplicationCertificate,
    ChangeNotice,
    ClientCertificate,
    Reminder,
    Service,
    Subsystem,
)
from tinhso.exchange.operations import agreements, applications, notices, plans, quotas, reminding
from tinhso.exchange.queries import standings
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import midnight
from tinhso.identity.api import Role
from tinhso.notify.models import Message

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def laid() -> Place:
    return place()


def certificate(until: datetime = AT + timedelta(days=40)) -> bytes:
    """A certificate that signs itself, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bhxh.example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(AT - timedelta(days=400))
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def test_an_application_is_of_an_agency_or_of_an_organisation_and_has_four_parts(laid: Place) -> None:
    wrong = applications.Asked(
        name="", identifier="VN-DEMO/GOV/H01", contact_name="", contact_email="x", agency=None
    )
    with pytest.raises(Invalid) as refusal:
        applications.register(wrong, by=laid.operator, at=AT)
    assert set(refusal.value.faults) == {
        "name", "identifier", "contact_name", "contact_email", "organisation",
    }  # fmt: skip
    with pytest.raises(Conflict, match="hệ thống khác"):
        applications.register(asked(), by=laid.operator, at=AT)
    with pytest.raises(NotAllowed):
        applications.register(asked(identifier="VN-DEMO/COM/X/Y"), by=laid.owner, at=AT)


def test_only_who_holds_the_role_is_made_a_developer_and_one_who_left_asks_no_more(laid: Place) -> None:
    assert laid.owner.id
    with pytest.raises(Invalid, match="vai trò"):
        applications.add_developer(laid.application, laid.owner.id, by=laid.operator, at=AT)
    id = opened(laid)
    assert laid.developer.id
    applications.remove_developer(laid.application, laid.developer.id, by=laid.operator, at=AT)

    with pytest.raises(NotAllowed):
        agreements.close(id, ground="Hết", by=laid.developer, at=AT)
    with pytest.raises(NoSuchAgreement):
        applications.remove_developer(laid.application, laid.developer.id, by=laid.operator, at=AT)


def test_a_system_with_agreements_does_not_end(laid: Place) -> None:
    id = opened(laid)
    with pytest.raises(Conflict, match="còn thỏa thuận"):
        applications.end(laid.application, by=laid.operator, at=AT)
    agreements.close(id, ground="Hết", by=laid.developer, at=AT)
    applications.end(laid.application, by=laid.operator, at=AT)

    with pytest.raises(NoSuchAgreement):
        applications.held(laid.application)
    assert applications.register(asked(), by=laid.operator, at=AT)


def test_a_certificate_is_used_only_after_another_person_agreed(laid: Place) -> None:
    subsystem = Subsystem.objects.create(
        id=new_id(), identifier=CLIENT, member_name="VNPT", name="BHXH", registered_at=AT
    )
    id = applications.ask_certificate(laid.application, certificate(), by=laid.developer, at=AT)
    assert not ClientCertificate.objects.exists()
    with pytest.raises(NotAllowed):
        applications.decide_certificate(id, accept=True, by=laid.developer, at=AT)
    with pytest.raises(Invalid):
        applications.decide_certificate(id, accept=False, by=laid.operator, at=AT)
    applications.decide_certificate(id, accept=True, by=laid.operator, at=AT)
    with pytest.raises(Conflict):
        applications.decide_certificate(id, accept=True, by=laid.operator, at=AT)

    known = ClientCertificate.objects.get(subsystem=subsystem)
    assert known.fingerprint == ApplicationCertificate.objects.get().fingerprint
    applications.remove_certificate(id, by=laid.operator, at=AT)
    assert not ClientCertificate.objects.filter(removed_at=None).exists()


def test_certificates_that_are_over_or_unreadable_are_refused(laid: Place) -> None:
    for given in (b"rac", certificate(AT - HOUR)):
        with pytest.raises(Invalid):
            applications.ask_certificate(laid.application, given, by=laid.developer, at=AT)


def test_the_end_of_a_certificate_is_told_once_a_step(laid: Place) -> None:
    id = applications.ask_certificate(laid.application, certificate(), by=laid.developer, at=AT)
    applications.decide_certificate(id, accept=True, by=laid.operator, at=AT)
    for day in range(40):
        reminding.remind(at=AT + timedelta(days=day))

    told = Reminder.objects.filter(kind="certificate", subject_id=id).order_by("id")
    assert list(told.values_list("days", flat=True)) == [60, 30, 14, 7, 1]


def test_a_change_is_told_to_developers_of_those_who_use_the_service_and_to_nobody_else(laid: Place) -> None:
    opened(laid)
    other = place(code="khac", client="VN-DEMO/COM/FPT/KHAC")
    opened(other)
    notices.tell_change(
        laid.service, title="Thêm trường", text="Có trường mới.", effective_on=DAY, by=laid.owner, at=AT
    )

    told = Message.objects.filter(template="exchange.change")
    assert set(told.values_list("recipient_id", flat=True)) == {laid.developer.id}
    with pytest.raises(Invalid) as refusal:
        notices.tell_change(
            laid.service, title="", text="", effective_on=DAY - timedelta(days=1), by=laid.owner, at=AT
        )
    assert set(refusal.value.faults) == {"title", "text", "effective_on"}


def test_a_service_ends_only_after_notice_and_once(laid: Place) -> None:
    opened(laid)
    early, good = DAY + timedelta(days=89), DAY + timedelta(days=90)
    with pytest.raises(Invalid, match="90 ngày"):
        notices.deprecate_service(
            laid.service, retires_on=early, successor="tra-cuu-2", text="Dùng bản 2", by=laid.owner, at=AT
        )
    for act in range(2):
        try:
            notices.deprecate_service(
                laid.service, retires_on=good, successor="tra-cuu-2", text="Dùng bản 2", by=laid.owner, at=AT
            )
        except CannotChange:
            assert act == 1
    found = Service.objects.get(id=laid.service)
    assert (found.deprecated_at, found.retires_at, found.successor) == (AT, midnight(good), "tra-cuu-2")
    assert ChangeNotice.objects.count() == 1


def windows(at: datetime) -> list[MaintenanceFacts]:
    """As the gateway reads them."""
    with connection.cursor() as cursor:
        cursor.execute(standings.WINDOWS, (at,))
        names = [column.name for column in cursor.description]
        return [standings.window_of(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def test_maintenance_is_told_a_day_ahead_and_may_be_taken_back(laid: Place) -> None:
    opened(laid)
    begins = AT + timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        notices.plan_maintenance(
            None, begins_at=begins - HOUR, ends_at=begins - HOUR, reason="", by=laid.operator, at=AT
        )
    assert set(refusal.value.faults) == {"begins_at", "ends_at", "reason"}
    id = notices.plan_maintenance(
        laid.service, begins_at=begins, ends_at=begins + HOUR, reason="Vá lỗi", by=laid.operator, at=AT
    )
    with pytest.raises(Conflict, match="trùng"):
        notices.plan_maintenance(
            laid.service, begins_at=begins, ends_at=begins + HOUR, reason="Nữa", by=laid.operator, at=AT
        )

    assert windows(AT) == [MaintenanceFacts(laid.service, begins, begins + HOUR, "Vá lỗi")]
    assert windows(begins + HOUR) == []
    notices.cancel_maintenance(id, by=laid.operator, at=AT)
    assert windows(AT) == []
    with pytest.raises(Conflict):
        notices.cancel_maintenance(id, by=laid.operator, at=AT)


def test_plans_and_quotas_belong_to_their_keepers(laid: Place) -> None:
    stranger = people.officer(Role.LEADER)
    with pytest.raises(NotAllowed):
        plans.close(laid.plan, ground="x", by=stranger, at=AT)
    with pytest.raises(NotAllowed):
        plans.publish_conditions(laid.plan, "x", by=laid.operator, at=AT)
    with pytest.raises(NotAllowed):
        quotas.name_quota("x", "x", Quota(1, 1, 1), since=DAY, by=laid.owner, at=AT)
    with pytest.raises(Invalid):
        quotas.set_quota(laid.quota, Quota(5, 1, 1), since=DAY, by=laid.operator, at=AT)
    with pytest.raises(CannotChange):
        plans.change(laid.plan, plans.Offer("a", "b", laid.quota), by=laid.owner, at=AT)


def test_a_plan_opens_only_with_conditions_and_a_data_owner(laid: Place) -> None:
    draft = plans.draft(laid.service, plans.Offer("moi", "Mới", laid.quota), by=laid.owner, at=AT)
    with pytest.raises(CannotChange, match="điều kiện"):
        plans.publish(draft, by=laid.owner, at=AT)
    Service.objects.filter(id=laid.service).update(owner_unit_id=None)
    with pytest.raises(NotAllowed):
        plans.draft(laid.service, plans.Offer("nua", "Nữa", laid.quota), by=laid.owner, at=AT)
