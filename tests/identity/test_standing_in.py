"""The pages of absences and delegations: who may note whose, and what is refused in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support import people
from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.refs import SYSTEM, ActorRef, SubjectRef
from tinhso.identity import api
from tinhso.identity.models import Absence, Delegation
from tinhso.identity.queries import standing_in

pytestmark = pytest.mark.django_db
ABSENCES, DELEGATIONS = "/can-bo/vang-mat/", "/can-bo/uy-quyen/"


class Agency:
    """Two specialists and a leader of one agency, a leader of another."""

    def __init__(self) -> None:
        self.agency = people.agency()
        self.unit = people.unit(self.agency)
        self.top = people.unit(self.agency, directory.UnitKind.LEADERSHIP)
        self.leader = people.officer("leader", self.top, name="Nguyễn Văn An")
        self.one = people.officer("specialist", self.unit, name="Trần Văn Bình")
        self.two = people.officer("specialist", self.unit, name="Võ Văn Cảnh")
        self.stranger = people.officer("leader", name="Người Lạ")


@pytest.fixture
def at() -> datetime:
    return moments.now()


@pytest.fixture
def here() -> Agency:
    return Agency()


def days(first: date, last: date) -> dict[str, Any]:
    given: dict[str, Any] = {"first_half": "ngay", "until_half": "ngay", "reason": "Nghỉ phép"}
    for name, day in (("first", first), ("until", last)):
        given |= {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}
    return given


def send(actor: ActorRef, address: str, **given: Any) -> Any:
    return people.client(actor).post(address, given)


def id_of(actor: ActorRef) -> UUID:
    assert actor.id
    return actor.id


def test_an_officer_notes_their_own_absence_with_a_deputy(here: Agency, at: datetime) -> None:
    today = moments.today(at)
    answer = send(
        here.one,
        ABSENCES,
        officer=here.one.id,
        deputy=here.two.id,
        **days(today, today + timedelta(days=1)),
    )

    assert answer.status_code == 302
    row = Absence.objects.get(officer_id=here.one.id)
    assert moments.local(row.begins_at).date() == today
    assert row.ends_at - row.begins_at == timedelta(days=2)
    given = Delegation.objects.get()
    assert (given.delegator_id, given.deputy_id, given.role) == (here.one.id, here.two.id, "specialist")
    assert (given.absence_id, given.begins_at, given.ends_at) == (row.id, row.begins_at, row.ends_at)
    page = people.client(here.one).get(ABSENCES).content.decode()
    assert "Võ Văn Cảnh" in page
    assert "Đã về" in page

    assert send(here.one, f"{ABSENCES}{row.id}/da-ve/").status_code == 302
    assert api.holders(role="specialist", unit=here.unit, at=moments.now()) == (here.one.id, here.two.id)
    assert Delegation.objects.get().ends_at <= moments.now()
    assert send(here.one, f"{ABSENCES}{row.id}/da-ve/").status_code == 404


def test_a_half_day_begins_and_ends_at_noon(here: Agency, at: datetime) -> None:
    today = moments.today(at)
    given = days(today, today + timedelta(days=1)) | {"first_half": "buoi", "until_half": "buoi"}
    assert send(here.one, ABSENCES, officer=here.one.id, deputy="", **given).status_code == 302

    row = Absence.objects.get()
    assert [moments.local(moment).hour for moment in (row.begins_at, row.ends_at)] == [12, 12]


def test_a_head_notes_it_for_their_people_and_nobody_else_does(here: Agency, at: datetime) -> None:
    today = moments.today(at)
    given = {"officer": here.one.id, "deputy": "", **days(today, today)}
    assert send(here.two, ABSENCES, **given).status_code == 422
    assert send(here.stranger, ABSENCES, **given).status_code == 422
    assert not Absence.objects.exists()
    noted: dict[str, Any] = {
        "officer_id": id_of(here.one),
        "begins_at": at,
        "ends_at": at + timedelta(hours=1),
        "at": at,
    }
    for actor in (here.two, here.stranger, people.person()):
        with pytest.raises(NotAllowed):
            api.be_absent(by=actor, **noted)

    assert send(here.leader, ABSENCES, **given).status_code == 302
    row = Absence.objects.get()
    assert "Trần Văn Bình" in people.client(here.leader).get(ABSENCES).content.decode()
    assert "Trần Văn Bình" not in people.client(here.stranger).get(ABSENCES).content.decode()
    assert send(here.two, f"{ABSENCES}{row.id}/da-ve/").status_code == 403
    assert send(here.leader, f"{ABSENCES}{row.id}/da-ve/").status_code == 302


def test_faults_stand_at_their_field_and_what_was_typed_stays(here: Agency, at: datetime) -> None:
    today = moments.today(at)
    span = days(today, today + timedelta(days=2))
    assert send(here.one, ABSENCES, officer=here.one.id, deputy=here.two.id, **span).status_code == 302

    again = send(here.one, ABSENCES, officer=here.one.id, deputy="", **span)
    assert again.status_code == 422
    assert "trùng thời gian này" in again.content.decode()
    circle = send(
        here.two, ABSENCES, officer=here.two.id, deputy=here.one.id, **(span | {"reason": "Đi họp"})
    )
    assert circle.status_code == 422
    assert "nhờ chính cán bộ vắng mặt thay" in circle.content.decode()
    assert "Đi họp" in circle.content.decode()
    turned = send(
        here.two, ABSENCES, officer=here.two.id, deputy="", **days(today, today - timedelta(days=3))
    )
    assert "Ngày về phải sau" in turned.content.decode()


def test_an_absence_leaves_a_role_that_a_paper_covers_already(here: Agency, at: datetime) -> None:
    end = at + timedelta(days=9)
    api.delegate(
        delegator_id=id_of(here.leader), deputy_id=id_of(here.one), role=api.Role.LEADER, unit_id=here.top,
        basis="12/QĐ-UBND", begins_at=at, ends_at=end, by=SYSTEM, at=at,
    )  # fmt: skip
    api.be_absent(
        officer_id=id_of(here.leader), begins_at=at, ends_at=at + timedelta(days=1),
        deputy_id=id_of(here.two), by=here.leader, at=at,
    )  # fmt: skip

    assert api.holders(role="leader", unit=here.top, at=at) == (here.one.id,)
    with pytest.raises(Conflict, match="đã có người thay"):
        api.be_absent(
            officer_id=id_of(here.leader), begins_at=at + timedelta(days=8), ends_at=at + timedelta(days=12),
            deputy_id=id_of(here.two), by=here.leader, at=at,
        )  # fmt: skip


def delegation(here: Agency, at: datetime, **more: Any) -> dict[str, Any]:
    today = moments.today(at)
    given = days(today, today + timedelta(days=30))
    return {
        "post": f"{here.leader.id} leader {here.top}",
        "deputy": here.one.id,
        "basis": "42/QĐ-UBND",
        **{key: value for key, value in given.items() if key.startswith(("first-", "until-"))},
        **more,
    }


def test_a_head_hands_a_role_on_by_a_paper_and_takes_it_back(here: Agency, at: datetime) -> None:
    assert send(here.one, DELEGATIONS, **delegation(here, at)).status_code == 403
    missing = send(here.leader, DELEGATIONS, **delegation(here, at, basis=""))
    assert "Hãy ghi số văn bản ủy quyền" in missing.content.decode()
    assert send(here.stranger, DELEGATIONS, **delegation(here, at)).status_code == 422

    assert send(here.leader, DELEGATIONS, **delegation(here, at)).status_code == 302
    row = Delegation.objects.get()
    assert (row.basis, row.acts) == ("42/QĐ-UBND", [])
    page = people.client(here.leader).get(DELEGATIONS).content.decode()
    assert "42/QĐ-UBND" in page
    second = send(here.leader, DELEGATIONS, **delegation(here, at, deputy=here.two.id))
    assert "đã có người thay" in second.content.decode()
    with pytest.raises(NotAllowed):
        api.end_delegation(delegation_id=row.id, by=here.stranger, at=at)

    assert send(here.leader, f"{DELEGATIONS}{row.id}/thoi/").status_code == 302
    assert Delegation.objects.get().ends_at <= moments.now()


def test_a_deputy_for_one_act_may_do_that_act_and_read_but_nothing_else(here: Agency, at: datetime) -> None:
    assert send(here.leader, DELEGATIONS, **delegation(here, at, acts=["dossiers.sign"])).status_code == 302
    now, subject = moments.now(), SubjectRef("dossier", here.agency, units=(here.top,))

    for act in ("sign", "read", "send_back"):
        assert api.can(here.one, f"dossiers.{act}", subject, now)
    assert not api.can(here.two, "dossiers.sign", subject, now)
    assert api.holders(role="leader", unit=here.top, at=now) == (here.leader.id,), "no new work for it"
    narrow = Delegation.objects.get()
    narrow.acts = ["dossiers.accept"]
    narrow.save()
    assert not api.can(here.one, "dossiers.sign", subject, now)
    assert not api.allowed(here.one, ["dossiers.sign"], subject, now)
    with pytest.raises(Invalid, match="không tách ra"):
        api.delegate(
            delegator_id=id_of(here.leader), deputy_id=id_of(here.two), role=api.Role.LEADER,
            unit_id=here.top, acts=["identity.erase_person"], begins_at=at, ends_at=at + timedelta(days=1),
            by=SYSTEM, at=at,
        )  # fmt: skip


def test_a_list_of_absences_is_walked_page_by_page(
    here: Agency, at: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(standing_in, "PAGE", 2)
    for number in range(5):
        Absence.objects.create(
            officer_id=id_of(here.one),
            begins_at=at + timedelta(days=number // 2, hours=number % 2),
            ends_at=at + timedelta(days=number // 2, hours=number % 2 + 1),
        )
    browser, address, seen = people.client(here.one), ABSENCES, 0
    while address:
        with django_assert_max_num_queries(30):
            answer = browser.get(address)
        seen += len(answer.context["rows"])
        address = answer.context["next"]
    assert seen == 5
    assert people.client(here.one).get(f"{ABSENCES}?sau=la").status_code == 200
