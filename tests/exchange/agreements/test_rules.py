"""The seven rules of agreements (exchange lessons §4.1), each shown where it holds."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.laid import (
    AT,
    CLIENT,
    DAY,
    Place,
    ask,
    facts,
    opened,
    place,
    row,
    stopped,
    wish,
)
from tests.support import people
from tests.support.constraints import refused
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.contracts import (
    AgreementStatus,
    BodyLog,
    CannotChange,
    PlanStatus,
    Quota,
    Side,
    Stop,
    Validation,
)
from tinhso.exchange.guards import standing
from tinhso.exchange.models import Agreement, QuotaLimit, Reminder, Right, State, Terms, Transition
from tinhso.exchange.operations import agreements, history, plans, proving, quotas, reminding
from tinhso.exchange.queries import standings
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.moments import midnight
from tinhso.identity.api import Role
from tinhso.identity.models import Post
from tinhso.notify.models import Message

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def laid() -> Place:
    return place()


# Rule 1: traffic passes only when accepted, within its days, neither paused, plan open, conditions accepted


def test_traffic_passes_only_under_an_agreement_that_stands_whole(laid: Place) -> None:
    id = ask(laid)
    assert standings.of([id]) == {}
    agreements.accept(id, by=laid.owner, at=AT)
    assert stopped(id, AT) is Stop.NOT_ENABLED
    agreements.enable(id, by=laid.operator, at=AT)
    now = facts(id)

    assert standing.stopped(now, AT) is None
    assert (now.client, now.service_id, now.revision) == (CLIENT, laid.service, 1)
    assert standing.stopped(now, midnight(DAY) - HOUR) is Stop.NOT_YET
    assert standing.stopped(now, midnight(DAY)) is None
    last = midnight(DAY + timedelta(days=100))
    assert standing.stopped(now, last - HOUR) is None
    assert standing.stopped(now, last) is Stop.OVER
    for change, why in (
        ({"status": AgreementStatus.CLOSED}, Stop.NOT_ACCEPTED),
        ({"plan_status": PlanStatus.CLOSED}, Stop.PLAN_CLOSED),
        ({"provider_paused": "sự cố"}, Stop.PROVIDER_PAUSED),
        ({"consumer_paused": "bảo dưỡng"}, Stop.CONSUMER_PAUSED),
        ({"conditions_accepted": 0}, Stop.CONDITIONS),
    ):
        assert standing.stopped(replace(now, **change), AT) is why


def test_a_deprecated_plan_serves_those_who_have_it_and_takes_nobody_new(laid: Place) -> None:
    id = opened(laid)
    plans.deprecate(laid.plan, by=laid.owner, at=AT)

    assert stopped(id, AT) is None
    with pytest.raises(CannotChange, match="không nhận thêm"):
        ask(laid)


def test_a_closed_plan_ends_every_agreement_under_it(laid: Place) -> None:
    id = opened(laid)

    assert plans.close(laid.plan, ground="Thay bằng gói mới", by=laid.owner, at=AT) == 1
    assert row(id).status == AgreementStatus.CLOSED
    assert standings.of([id]) == {}
    assert not Right.objects.filter(agreement_id=id, ended_at=None).exists()


# Rule 2: what was agreed are fields; its revision is known to whoever logs a message


def test_terms_are_fields_that_must_all_be_said(laid: Place) -> None:
    empty = replace(wish(), legal_basis=" ", purpose="", data_fields=("",), contact="", retention_days=-1)
    with pytest.raises(Invalid) as refusal:
        agreements.ask(laid.application, laid.plan, empty, conditions=1, by=laid.developer, at=AT)

    assert set(refusal.value.faults) == {
        "legal_basis", "purpose", "data_fields", "contact", "retention_days",
    }  # fmt: skip
    assert not Agreement.objects.exists()


def test_the_guards_know_quota_log_mode_and_revision_of_the_terms_in_force(laid: Place) -> None:
    id = opened(laid)
    more = quotas.name_quota("lon", "Lớn", Quota(600, 99_000, 20), since=DAY, by=laid.operator, at=AT)
    agreements.ask_anew(
        id, replace(wish(), quota_class=more, log_mode=BodyLog.METADATA), by=laid.developer, at=AT
    )
    before = facts(id)
    agreements.accept(id, by=people.officer(Role.LEADER, laid.unit), at=AT)
    after = facts(id)

    assert (before.revision, before.log_mode, before.quota(DAY)) == (1, BodyLog.FULL, Quota(60, 10_000, 5))
    assert (after.revision, after.log_mode, after.quota(DAY)) == (2, BodyLog.METADATA, Quota(600, 99_000, 20))
    assert after.quota(DAY - timedelta(days=1)) is None


def test_a_quota_changes_from_its_day_on(laid: Place) -> None:
    id = opened(laid)
    quotas.set_quota(laid.quota, Quota(5, 50, 1), since=DAY + timedelta(days=3), by=laid.operator, at=AT)

    assert facts(id).quota(DAY + timedelta(days=2)) == Quota(60, 10_000, 5)
    assert facts(id).quota(DAY + timedelta(days=3)) == Quota(5, 50, 1)


# Rule 3: a material change of conditions asks for acceptance, waits, warns, then stops the traffic


def test_new_material_conditions_stop_the_traffic_only_after_their_grace(laid: Place) -> None:
    id = opened(laid)
    plans.publish_conditions(laid.plan, "Thêm: báo sự cố trong 24 giờ.", by=laid.owner, at=AT)
    due = midnight(DAY + timedelta(days=31))

    assert Message.objects.filter(recipient_id=laid.developer.id, template="exchange.conditions").count() == 1
    assert stopped(id, due - HOUR) is None
    assert stopped(id, due) is Stop.CONDITIONS
    agreements.accept_conditions(id, 2, by=laid.developer, at=AT + HOUR)
    assert stopped(id, due) is None
    with pytest.raises(Conflict):
        agreements.accept_conditions(id, 2, by=laid.developer, at=AT + HOUR)


def test_people_are_warned_before_conditions_lapse_and_hear_it_once_when_they_do(laid: Place) -> None:
    id = opened(laid)
    plans.publish_conditions(laid.plan, "Điều kiện mới", by=laid.owner, at=AT)
    due = midnight(DAY + timedelta(days=31))
    assert reminding.remind(at=due - timedelta(days=8)) == 1
    assert Reminder.objects.get().kind == "conditions"
    assert reminding.lapse(at=due - HOUR) == 0
    assert reminding.lapse(at=due + HOUR) == 1
    assert reminding.lapse(at=due + 2 * HOUR) == 0

    assert Transition.objects.get(agreement=id, kind="conditions_lapsed").ground == reminding.LAPSED
    agreements.accept_conditions(id, 2, by=laid.developer, at=due + 3 * HOUR)
    assert stopped(id, due + 3 * HOUR) is None


def test_a_mere_correction_of_conditions_asks_nobody(laid: Place) -> None:
    id = opened(laid)
    plans.publish_conditions(laid.plan, "Sửa lỗi chính tả.", material=False, by=laid.owner, at=AT)

    assert stopped(id, AT + timedelta(days=31)) is None
    assert not Message.objects.filter(template="exchange.conditions").exists()


def test_whoever_asks_accepts_the_newest_conditions(laid: Place) -> None:
    plans.publish_conditions(laid.plan, "Bản hai", by=laid.owner, at=AT)

    with pytest.raises(Conflict, match="bản 2"):
        ask(laid, conditions=1)
    assert row(ask(laid, conditions=2)).conditions_accepted == 2


# Rule 4: reminders 60, 30, 14, 7 and 1 days before the end, each once; a renewal keeps the history


def test_each_reminder_is_sent_once(laid: Place) -> None:
    id = opened(laid)
    for ahead in range(100, -1, -1):
        at = midnight(DAY + timedelta(days=99 - ahead)) + HOUR
        reminding.remind(at=at)
        reminding.remind(at=at + HOUR)

    told = Reminder.objects.filter(kind="agreement", subject_id=id).order_by("id")
    assert list(told.values_list("days", flat=True)) == [60, 30, 14, 7, 1]
    for officer in (laid.developer, laid.owner, laid.operator):
        assert Message.objects.filter(recipient_id=officer.id, template="exchange.ends").count() == 5


def test_a_reminder_missed_is_not_sent_late(laid: Place) -> None:
    opened(laid)
    reminding.remind(at=midnight(DAY + timedelta(days=99 - 10)))

    assert list(Reminder.objects.values_list("days", flat=True)) == [14]


def test_a_renewal_is_a_new_period_beside_the_old_one_and_is_reminded_anew(laid: Place) -> None:
    id = opened(laid)
    late = midnight(DAY + timedelta(days=98)) + HOUR
    reminding.remind(at=late)
    longer = wish(DAY + timedelta(days=90), DAY + timedelta(days=300))
    agreements.ask_anew(id, longer, by=laid.developer, at=late)
    over = midnight(DAY + timedelta(days=101))
    assert reminding.end_over(at=over) == 0, "a renewal that waits keeps it from being ended"
    assert stopped(id, over) is Stop.OVER
    agreements.accept(id, by=people.officer(Role.LEADER, laid.unit), at=over)

    assert stopped(id, over) is None
    periods = Terms.objects.filter(agreement=id).order_by("revision").values_list("ends_on", flat=True)
    assert list(periods) == [DAY + timedelta(days=99), DAY + timedelta(days=300)]
    reminding.remind(at=midnight(DAY + timedelta(days=299)))
    assert Reminder.objects.filter(subject_id=id, days=1).count() == 2
    assert history.whole(id)


def test_what_is_over_is_ended_and_its_rights_with_it(laid: Place) -> None:
    id = opened(laid)
    over = midnight(DAY + timedelta(days=100))
    assert reminding.end_over(at=over - HOUR) == 0
    assert reminding.end_over(at=over) == 1

    assert row(id).status == AgreementStatus.CLOSED
    assert not Right.objects.filter(agreement_id=id, ended_at=None).exists()


# Rule 5: a suspension acts at once on all nodes and says why


def revision() -> int:
    return State.objects.get(id=1).revision


def test_every_step_raises_the_revision_that_all_gateways_follow(laid: Place) -> None:
    id = opened(laid)
    later = AT + HOUR
    steps: list[Callable[[], object]] = [
        lambda: agreements.pause(id, Side.PROVIDER, ground="Sự cố", by=laid.owner, at=later),
        lambda: agreements.resume(id, Side.PROVIDER, by=laid.owner, at=later),
        lambda: agreements.pause(id, Side.CONSUMER, ground="Bảo dưỡng", by=laid.developer, at=later),
        lambda: agreements.resume(id, Side.CONSUMER, by=laid.developer, at=later),
        lambda: plans.publish_conditions(laid.plan, "Bản hai", by=laid.owner, at=later),
        lambda: agreements.accept_conditions(id, 2, by=laid.developer, at=later),
        lambda: quotas.set_quota(
            laid.quota, Quota(1, 1, 1), since=DAY + timedelta(days=1), by=laid.operator, at=later
        ),
        lambda: plans.deprecate(laid.plan, by=laid.owner, at=later),
        lambda: agreements.close(id, ground="Không dùng nữa", by=laid.developer, at=later),
    ]
    for number, step in enumerate(steps):
        before = revision()
        step()
        assert revision() > before, number


@pytest.mark.django_db(transaction=True)
def test_gateways_are_told_the_moment_a_suspension_commits(laid: Place) -> None:
    id = opened(laid)
    with connection.cursor() as cursor:
        cursor.execute("LISTEN exchange_changed")
    agreements.pause(id, Side.PROVIDER, ground="Lộ khóa", by=laid.owner, at=AT)
    told = [int(one.payload) for one in connection.connection.notifies(timeout=WITHIN_SECONDS, stop_after=1)]

    assert told == [revision()]
    assert stopped(id, AT) is Stop.PROVIDER_PAUSED
    assert facts(id).provider_paused == "Lộ khóa", "callers read why"


def test_each_side_pauses_by_itself(laid: Place) -> None:
    id = opened(laid)
    agreements.pause(id, Side.CONSUMER, ground="Nâng cấp", by=laid.developer, at=AT)
    agreements.pause(id, Side.PROVIDER, ground="Sự cố", by=laid.owner, at=AT)
    agreements.resume(id, Side.PROVIDER, by=laid.operator, at=AT)

    assert stopped(id, AT) is Stop.CONSUMER_PAUSED
    with pytest.raises(CannotChange):
        agreements.resume(id, Side.PROVIDER, by=laid.owner, at=AT)
    with pytest.raises(NotAllowed):
        agreements.resume(id, Side.CONSUMER, by=laid.owner, at=AT)
    agreements.resume(id, Side.CONSUMER, by=laid.developer, at=AT)
    assert stopped(id, AT) is None


# Rule 6: separation of duties


def test_the_applicant_neither_approves_nor_enables(laid: Place) -> None:
    id = ask(laid)
    assert laid.developer.id
    Post.objects.create(
        officer_id=laid.developer.id, role=Role.LEADER, unit_id=laid.unit, valid_from=people.LONG_AGO
    )
    Post.objects.create(
        officer_id=laid.developer.id, role=Role.ADMINISTRATOR, unit_id=laid.unit, valid_from=people.LONG_AGO
    )
    with pytest.raises(NotAllowed, match="không tự duyệt"):
        agreements.accept(id, by=laid.developer, at=AT)
    with pytest.raises(NotAllowed, match="không tự duyệt"):
        agreements.reject(id, reason="không", by=laid.developer, at=AT)
    agreements.accept(id, by=laid.owner, at=AT)
    with pytest.raises(NotAllowed, match="không tự mở"):
        agreements.enable(id, by=laid.developer, at=AT)


def test_a_deputy_of_the_applicant_counts_as_the_applicant(laid: Place) -> None:
    id = ask(laid)
    with pytest.raises(NotAllowed):
        agreements.accept(id, by=replace(laid.owner, on_behalf_of=laid.developer.id), at=AT)


def test_the_data_owner_decides_and_the_operator_only_opens(laid: Place) -> None:
    id = ask(laid)
    with pytest.raises(NotAllowed):
        agreements.accept(id, by=laid.operator, at=AT)
    with pytest.raises(NotAllowed):
        agreements.accept(id, by=people.officer(Role.LEADER), at=AT)
    assert not Right.objects.exists()
    agreements.accept(id, by=laid.owner, at=AT)
    assert not Right.objects.exists(), "the yes of the owner opens nothing yet"
    with pytest.raises(NotAllowed):
        agreements.enable(id, by=laid.owner, at=AT)
    agreements.enable(id, by=laid.operator, at=AT)

    right = Right.objects.get()
    assert (right.agreement_id, right.subject, right.method, right.path) == (id, CLIENT, "*", "**")


def test_who_decided_does_not_enable_even_with_both_roles(laid: Place) -> None:
    both = people.officer(roles=[Role.LEADER, Role.ADMINISTRATOR], unit_id=laid.unit)
    id = ask(laid)
    agreements.accept(id, by=both, at=AT)

    with pytest.raises(NotAllowed, match="không tự mở"):
        agreements.enable(id, by=both, at=AT)


def test_the_database_holds_four_eyes_as_well(laid: Place) -> None:
    id = ask(laid)
    terms = Terms.objects.filter(agreement=id)
    refused(
        "terms_four_eyes",
        lambda: terms.update(accepted=True, decided_by=laid.developer.id, decided_name="x", decided_at=AT),
    )
    agreements.accept(id, by=laid.owner, at=AT)
    rows = Agreement.objects.filter(id=id)
    refused("agreement_applicant_does_not_accept", lambda: rows.update(accepted_by=laid.developer.id))
    refused("agreement_enabled_by_another", lambda: rows.update(enabled_by=laid.owner.id, enabled_at=AT))
    refused("agreement_enabled_by_another", lambda: rows.update(enabled_by=laid.developer.id, enabled_at=AT))


# Rule 7: every transition has its officer, stays as it is, and can be exported as evidence


def told(id: UUID) -> list[tuple[str, str, str]]:
    rows = Transition.objects.filter(agreement=id).order_by("number")
    return list(rows.values_list("kind", "actor_name", "ground"))


def test_the_history_names_every_step_its_officer_and_ground(laid: Place) -> None:
    id = opened(laid)
    agreements.pause(id, Side.PROVIDER, ground="Sự cố", by=laid.owner, at=AT)
    agreements.resume(id, Side.PROVIDER, by=laid.owner, at=AT)
    agreements.close(id, ground="Hết nhu cầu", by=laid.developer, at=AT)

    assert told(id) == [
        ("asked", "Vũ Phát Triển", wish().purpose),
        ("accepted", "Lê Chủ Dữ Liệu", ""),
        ("enabled", "Hồ Vận Hành", ""),
        ("paused_by_provider", "Lê Chủ Dữ Liệu", "Sự cố"),
        ("resumed_by_provider", "Lê Chủ Dữ Liệu", ""),
        ("closed", "Vũ Phát Triển", "Hết nhu cầu"),
    ]
    assert history.whole(id)


def test_a_step_changed_behind_the_guards_is_noticed(laid: Place) -> None:
    id = opened(laid)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE exchange_transition SET actor_name = 'ai đó' WHERE number = 2")
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert not history.whole(id)


def test_an_agreement_is_exported_with_everything_that_was_agreed(laid: Place) -> None:
    id = opened(laid)
    with zipfile.ZipFile(io.BytesIO(proving.export(id, by=laid.operator, at=AT))) as file:
        content = json.loads(file.read(proving.CONTENT))

    assert content["terms"][0]["legal_basis"] == wish().legal_basis
    assert [one["name"] for one in content["transitions"]] == [
        "Vũ Phát Triển", "Lê Chủ Dữ Liệu", "Hồ Vận Hành",
    ]  # fmt: skip
    assert content["conditions"][0]["text"] == "Chỉ dùng đúng mục đích."
    assert content["history_is_whole"] is True
    with pytest.raises(NotAllowed):
        proving.export(id, by=people.officer(Role.LEADER), at=AT)


# Life


def test_a_plan_that_decides_by_itself_accepts_at_once_and_still_waits_for_the_operator() -> None:
    laid = place(validation=Validation.AUTO)
    id = ask(laid)

    assert (row(id).status, row(id).accepted_by) == (AgreementStatus.ACCEPTED, None)
    assert stopped(id, AT) is Stop.NOT_ENABLED
    agreements.enable(id, by=laid.operator, at=AT)
    assert stopped(id, AT) is None


def test_a_plan_that_decides_by_itself_gives_no_other_quota_than_its_own() -> None:
    laid = place(validation=Validation.AUTO)
    many = quotas.name_quota(
        "nhieu", "Nhiều", Quota(9_000, 9_000_000, 500), since=DAY, by=laid.operator, at=AT
    )
    asking = {"conditions": 1, "by": laid.developer, "at": AT}
    with pytest.raises(Invalid) as refusal:
        agreements.ask(laid.application, laid.plan, replace(wish(), quota_class=many), **asking)

    assert set(refusal.value.faults) == {"quota_class"}
    agreements.ask(laid.application, laid.plan, replace(wish(), quota_class=laid.quota), **asking)


def test_a_refusal_says_why_and_another_application_may_follow(laid: Place) -> None:
    id = ask(laid)
    with pytest.raises(Invalid):
        agreements.reject(id, reason=" ", by=laid.owner, at=AT)
    with pytest.raises(Conflict, match="đã có thỏa thuận"):
        ask(laid)
    agreements.reject(id, reason="Thiếu căn cứ", by=laid.owner, at=AT)

    assert row(id).status == AgreementStatus.REJECTED
    with pytest.raises(Conflict):
        agreements.accept(id, by=laid.owner, at=AT)
    assert ask(laid) != id
    message = Message.objects.filter(recipient_id=laid.developer.id, template="exchange.agreement_decided")
    assert message.exists()


def test_only_developers_of_the_system_ask_for_it(laid: Place) -> None:
    stranger = people.officer(Role.DEVELOPER)
    for nobody in (stranger, laid.owner, laid.operator):
        with pytest.raises(NotAllowed):
            agreements.ask(laid.application, laid.plan, wish(), conditions=1, by=nobody, at=AT)


def test_the_operator_hears_what_waits_for_opening_and_the_owner_what_waits_for_a_word(laid: Place) -> None:
    id = ask(laid)
    asked = Message.objects.filter(template="exchange.agreement_asked")
    assert set(asked.values_list("recipient_id", flat=True)) == {laid.owner.id}
    agreements.accept(id, by=laid.owner, at=AT)
    waiting = Message.objects.filter(template="exchange.agreement_to_enable")

    assert laid.operator.id in set(waiting.values_list("recipient_id", flat=True))


def test_a_second_agreement_over_the_same_part_of_a_service_is_not_opened(laid: Place) -> None:
    opened(laid)
    other = plans.draft(laid.service, laying.offer(laid.quota, code="khac"), by=laid.owner, at=AT)
    plans.publish_conditions(other, "Khác", by=laid.owner, at=AT)
    plans.publish(other, by=laid.owner, at=AT)
    second = ask(replace(laid, plan=other))
    agreements.accept(second, by=laid.owner, at=AT)
    with pytest.raises(Conflict, match="thỏa thuận khác đang mở") as refusal:
        agreements.enable(second, by=laid.operator, at=AT)

    assert refusal.value.facts["constraint"] == "right_once"
    assert row(second).enabled_at is None


def test_a_class_without_numbers_lets_nothing_through_until_they_begin(laid: Place) -> None:
    id = opened(laid)
    (limit,) = QuotaLimit.objects.filter(quota_class_id=laid.quota)
    QuotaLimit.objects.filter(id=limit.id).update(valid_from=DAY + timedelta(days=3))

    assert stopped(id, AT) is Stop.NO_QUOTA
    assert stopped(id, midnight(DAY + timedelta(days=3))) is None
