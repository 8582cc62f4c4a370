"""What the tables of agreements refuse, whoever writes to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models

from tests.exchange.agreements.laid import AT, DAY, Place, ask, opened, place
from tests.support.constraints import refused
from tinhso.exchange.contracts import AgreementStatus, PlanStatus, Side
from tinhso.exchange.models import (
    Agreement,
    Application,
    ApplicationCertificate,
    ChangeNotice,
    Conditions,
    Developer,
    MaintenanceWindow,
    Plan,
    QuotaClass,
    QuotaLimit,
    Reminder,
    Terms,
    Transition,
)
from tinhso.exchange.operations import agreements, notices
from tinhso.foundation.ids import new_id

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def laid() -> Place:
    return place()


def again(row: models.Model, **changes: Any) -> Callable[[], object]:
    """The same row once more under another id, with changes."""

    def insert() -> object:
        copy = type(row)(
            **{
                field.attname: getattr(row, field.attname)
                for field in row._meta.concrete_fields
                if not field.generated
            }
        )
        copy.pk = new_id()
        for name, value in changes.items():
            setattr(copy, name, value)
        return copy.save(force_insert=True)

    return insert


def changed(row: models.Model, **changes: Any) -> Callable[[], object]:
    """The row with other values."""
    return lambda: type(row)._default_manager.filter(pk=row.pk).update(**changes)


def deleted(row: models.Model) -> None:
    """The row taken out without asking what else names it."""
    type(row)._default_manager.filter(pk=row.pk)._raw_delete("default")


def test_applications_that_cannot_be(laid: Place) -> None:
    row = Application.objects.get()
    other = "VN-DEMO/COM/VNPT/KHAC"
    refused("application_identifier_has_four_parts", again(row, identifier="VN-DEMO/COM/VNPT"))
    refused("application_identifier_once", again(row))
    refused("application_of_an_agency_or_another", again(row, identifier=other, organisation=""))
    refused("application_has_a_contact", again(row, identifier=other, contact_name=""))
    refused("application_ends_after_it_began", changed(row, ended_at=AT - HOUR))
    developer = Developer.objects.get()
    refused("developer_once", again(developer))
    refused("developer_leaves_after_coming", changed(developer, removed_at=AT - HOUR))


def test_certificates_that_cannot_be(laid: Place) -> None:
    asked = new_id()
    row = ApplicationCertificate.objects.create(
        application_id=laid.application,
        certificate=b"der",
        fingerprint="ab" * 32,
        holder="CN=x",
        not_before=AT,
        not_after=AT + HOUR,
        asked_by=asked,
        asked_name="x",
        asked_at=AT,
    )
    decided = {"decided_by": new_id(), "decided_at": AT}
    refused("application_certificate_sha256", changed(row, fingerprint="AB"))
    refused("application_certificate_once", again(row))
    refused("application_certificate_lives_forward", changed(row, not_after=AT))
    refused("application_certificate_decided_by_somebody", changed(row, accepted=True))
    refused("application_certificate_four_eyes", changed(row, accepted=True, decided_by=asked, decided_at=AT))
    refused("application_certificate_refused_with_reason", changed(row, accepted=False, **decided))


def test_quotas_that_cannot_be(laid: Place) -> None:
    row, limit = QuotaClass.objects.get(), QuotaLimit.objects.get()
    refused("quota_class_once", again(row))
    refused("quota_class_has_a_name", again(row, code="x", name=""))
    refused("quota_limit_one_at_a_time", again(limit, valid_from=DAY + timedelta(days=1)))
    refused("quota_limit_has_a_day", changed(limit, valid_to=DAY))
    refused("quota_limit_lets_something_through", changed(limit, per_day=1))


def test_plans_that_cannot_be(laid: Place) -> None:
    row = Plan.objects.get()
    refused("plan_code_once", again(row))
    refused("plan_has_a_name", again(row, code="x", name=""))
    refused("plan_known_status", again(row, code="x", status="ngu"))
    refused("plan_known_validation", changed(row, validation="ai"))
    refused("plan_published_with_conditions", again(row, code="x", conditions_revision=0))
    refused("plan_offers_something", changed(row, endpoints=[]))
    refused("plan_lasts_a_day", changed(row, longest_days=0))
    for back in (
        {"status": PlanStatus.STAGING},
        {"conditions_revision": 0},
        {"service_id": new_id()},
    ):
        refused("plan_goes_forward", changed(row, **back))
    changed(row, status=PlanStatus.CLOSED)()
    refused("plan_goes_forward", changed(row, status=PlanStatus.PUBLISHED))


def test_conditions_that_cannot_be(laid: Place) -> None:
    row = Conditions.objects.get()
    refused("conditions_revision_once", again(row))
    refused("conditions_whole", again(row, revision=2, text=""))
    refused("conditions_due_after_publication", again(row, revision=2, due_at=AT - HOUR))
    refused("conditions_stay", changed(row, text="Điều kiện khác"))
    refused("conditions_stay", row.delete)


def test_agreements_that_cannot_be(laid: Place) -> None:
    row = Agreement.objects.get(id=ask(laid))
    accepted = {"status": AgreementStatus.ACCEPTED, "accepted_at": AT}
    refused("agreement_number_once", again(row))
    refused("agreement_one_live", again(row, number="TT-x"))
    refused("agreement_lives", again(row, number="TT-x", **accepted))
    refused("agreement_lives", lambda: deleted(row))
    refused("agreement_lives", changed(row, asked_by=new_id()))
    refused("agreement_lives", changed(row, conditions_accepted=0))
    refused("agreement_known_status|agreement_lives", changed(row, status="ngu"))
    refused("agreement_accepted_with_terms", changed(row, **accepted))
    refused("agreement_enabled_once_accepted", changed(row, enabled_at=AT, enabled_by=new_id()))
    refused("agreement_paused_once_accepted", changed(row, provider_paused_at=AT, provider_ground="x"))
    refused("agreement_paused_with_a_ground", changed(row, consumer_ground="x"))
    refused("agreement_closed_at_a_moment", changed(row, status=AgreementStatus.CLOSED))
    refused("agreement_terms_are_its_own", changed(row, terms=Terms.objects.get()))
    agreements.reject(row.id, reason="Thiếu", by=laid.owner, at=AT)
    refused("agreement_lives", changed(row, **accepted))


def test_a_closed_agreement_stays_closed(laid: Place) -> None:
    id = opened(laid)
    agreements.close(id, ground="Hết", by=laid.owner, at=AT)
    row = Agreement.objects.get(id=id)
    refused("agreement_lives", changed(row, status=AgreementStatus.ACCEPTED, closed_at=None))
    refused("agreement_lives", changed(row, provider_paused_at=AT, provider_ground="x"))


def test_terms_that_cannot_be(laid: Place) -> None:
    id = ask(laid)
    row = Terms.objects.get()
    decided = {"decided_at": AT, "decided_name": "x"}
    refused("terms_revision_once", again(row))
    refused("terms_one_open_of_an_agreement", again(row, revision=2))
    refused("terms_stay", changed(row, purpose="Mục đích khác"))
    refused("terms_stay", row.delete)
    refused("terms_decided_by_somebody", changed(row, accepted=True))
    refused("terms_refused_with_reason", changed(row, accepted=False, **decided))
    agreements.accept(id, by=laid.owner, at=AT)
    refused("terms_stay", changed(row, reason="x"))
    refused("terms_last_a_day", again(row, revision=2, ends_on=DAY - timedelta(days=1)))
    refused("terms_known_log_mode", again(row, revision=2, log_mode="ngu"))
    for empty in ("legal_basis", "purpose", "contact", "asked_name"):
        refused("terms_whole", again(row, revision=2, **{empty: ""}))
    refused("terms_whole", again(row, revision=2, data_fields=[]))


def test_history_only_grows(laid: Place) -> None:
    ask(laid)
    row = Transition.objects.get()
    refused("transition_stays", changed(row, actor_name="Người khác"))
    refused("transition_stays", row.delete)
    refused("transition_number_once", again(row))
    refused("transition_whole", again(row, number=0))
    refused("transition_has_a_digest", again(row, number=2, digest="x"))


def test_reminders_that_cannot_be(laid: Place) -> None:
    row = Reminder.objects.create(kind="agreement", subject_id=new_id(), ends_on=DAY, days=7, told_at=AT)
    refused("reminder_told_once", again(row))
    refused("reminder_known_kind", again(row, kind="x"))


def test_notices_that_cannot_be(laid: Place) -> None:
    day = DAY + timedelta(days=7)
    notices.tell_change(
        laid.service, title="Đổi mã", text="Thêm trường", effective_on=day, by=laid.owner, at=AT
    )
    row = ChangeNotice.objects.get()
    refused("change_notice_whole", again(row, text=""))
    refused("change_notice_stays", changed(row, text="Khác"))
    refused("change_notice_stays", row.delete)
    begins = AT + timedelta(days=2)
    notices.plan_maintenance(
        laid.service, begins_at=begins, ends_at=begins + HOUR, reason="Vá lỗi", by=laid.operator, at=AT
    )
    window = MaintenanceWindow.objects.get()
    refused("maintenance_ends_after_it_begins|range lower bound", changed(window, ends_at=begins))
    refused("maintenance_one_at_a_time", again(window))
    refused("maintenance_says_why", changed(window, reason=""))
    refused("maintenance_told_ahead", changed(window, told_at=begins))


def test_a_pause_needs_a_ground_whoever_writes_it(laid: Place) -> None:
    id = opened(laid)
    agreements.pause(id, Side.PROVIDER, ground="Sự cố", by=laid.owner, at=AT)
    rows = Agreement.objects.filter(id=id)
    refused("agreement_paused_with_a_ground", lambda: rows.update(provider_ground=""))
