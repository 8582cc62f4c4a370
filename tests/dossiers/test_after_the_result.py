"""After the result: corrected by another that replaces it, or revoked by decision; everybody reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from national.serve import Running
from tests.dossiers.issuing import issue, issued
from tests.support import people
from tests.support.office import Office, filed, office
from tests.support.signing import equip
from tinhso.dossiers.events import ResultReplaced, ResultRevoked
from tinhso.dossiers.models import Correction, Dossier, HistoryEntry, Result, Revocation
from tinhso.dossiers.operations import corrections, endings, intake, revocations
from tinhso.dossiers.outcomes import Holds
from tinhso.dossiers.queries.issued import standing
from tinhso.foundation import audit, events, files, moments
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.notify import api as notify
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
NOW = moments.now()


@pytest.fixture(autouse=True)
def _now() -> None:
    """The moment of each test: certificates begin shortly before they are asked for."""
    global NOW
    NOW = moments.now()


@pytest.fixture
def place(can_sign: Running) -> Office:
    made = office()
    equip(made, can_sign)
    return made


def decision() -> dict[str, Any]:
    return {
        "reason": "Cấp sai đối tượng",
        "ground": "khoản 2 Điều 22 Luật Cư trú",
        "decision_number": "125/QĐ-UBND",
        "decision_day": moments.today(NOW),
    }


def result_of(dossier_id: UUID) -> Result:
    return Result.objects.get(dossier_id=dossier_id, current=True)


def test_a_corrected_result_replaces_the_earlier_and_each_says_so(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = issued(place, at=NOW)
    filed_again = corrections.open_for(
        dossier_id=first, reason="Ghi sai năm sinh", by=place.intake, at=NOW + SECOND
    )
    assert standing(result_of(first).id).correcting == filed_again.code
    assert standing(result_of(first).id).holds is Holds.YES, "it holds until the other is sealed"
    second = Dossier.objects.get(id=filed_again.id)
    assert (second.status, second.applicant_name, second.flags) == ("submitted", "Danh Sóc Kha", [])

    heard: list[object] = []
    monkeypatch.setattr(events, "deliver", heard.append)
    issue(place, filed_again.id, at=NOW + 2 * SECOND)

    earlier, later = standing(result_of(first).id), standing(result_of(filed_again.id).id)
    assert (earlier.holds, earlier.number, earlier.correcting) == (Holds.REPLACED, "02", filed_again.code)
    assert (later.holds, later.corrects, later.corrects_number) == (
        Holds.YES, Dossier.objects.get(id=first).code, "01",
    )  # fmt: skip
    replaced = [event for event in heard if isinstance(event, ResultReplaced)]
    assert [(event.earlier_file, event.later_file) for event in replaced] == [
        (result_of(first).sealed_file, result_of(filed_again.id).sealed_file)
    ]
    told = [line.act for line in HistoryEntry.objects.filter(dossier_id=first).order_by("-id")[:2]]
    assert told == ["replace_result", "correct"]
    trace = audit.trace("dossier", first, limit=5)
    assert {line.act for line in trace} >= {"dossiers.replace_result", "dossiers.correct"}
    subjects = [message.subject for message in notify.about(kind="dossier", subject_id=first)]
    assert any("đã có bản thay thế" in subject for subject in subjects)
    assert Dossier.objects.get(id=first).status == "returned", "the first stays what it is"
    assert place.citizen.id
    kept = {one.number: one for one in vault.documents(OwnerRef("person", place.citizen.id))}
    assert kept["01"].state(moments.today(NOW)) is vault.State.REPLACED
    assert kept["01"].replaced_by == kept["02"].id


def test_readers_of_the_earlier_result_see_that_it_was_replaced(place: Office) -> None:
    first = issued(place, at=NOW)
    again = corrections.open_for(dossier_id=first, reason="Sai tên", by=place.intake, at=NOW + SECOND)
    issue(place, again.id, at=NOW + 2 * SECOND)
    code = Dossier.objects.get(id=first).code

    citizen = people.client(place.citizen).get(f"/ho-so/{code}/").content.decode()
    assert "không còn giá trị" in citizen
    assert again.code in citizen
    assert "có giá trị như bản giấy" not in citizen
    own = people.client(place.citizen).get(f"/ho-so/{again.code}/").content.decode()
    assert code in own
    for path in ("", "chu-ky/"):
        desk = people.client(place.intake).get(f"/can-bo/ho-so/{code}/{path}").content.decode()
        assert "đã có bản thay thế" in desk, path


def test_a_result_is_revoked_by_a_leader_with_its_decision_and_everybody_reads_it(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = issued(place, at=NOW)
    for actor in (place.specialist, place.intake, place.clerk, place.citizen, people.officer("leader")):
        with pytest.raises(NotAllowed):
            revocations.revoke(dossier_id=dossier_id, by=actor, at=NOW + SECOND, **decision())
    heard: list[object] = []
    monkeypatch.setattr(events, "deliver", heard.append)

    revocations.revoke(dossier_id=dossier_id, by=place.leader, at=NOW + SECOND, **decision())

    found = Revocation.objects.get()
    assert (found.by, found.by_name, found.unit_id) == (place.leader.id, place.leader.name, place.leader.unit)
    stands = standing(result_of(dossier_id).id)
    assert (stands.holds, stands.decision_number) == (Holds.REVOKED, "125/QĐ-UBND")
    assert [event.ground for event in heard if isinstance(event, ResultRevoked)] == [decision()["ground"]]
    code = Dossier.objects.get(id=dossier_id).code
    citizen = people.client(place.citizen).get(f"/ho-so/{code}/").content.decode()
    desk = people.client(place.leader).get(f"/can-bo/ho-so/{code}/").content.decode()
    for page in (citizen, desk):
        assert "125/QĐ-UBND" in page
        assert "khoản 2 Điều 22 Luật Cư trú" in page
    assert files.read(result_of(dossier_id).sealed_file or new_id()), "the file stays as evidence"
    assert place.citizen.id
    (kept,) = vault.documents(OwnerRef("person", place.citizen.id))
    assert kept.state(moments.today(NOW)) is vault.State.REVOKED
    assert "125/QĐ-UBND" in kept.ended_because
    last = audit.trace("dossier", dossier_id, limit=1)[0]
    assert (last.act, last.details["decision"]) == ("dossiers.revoke_result", "125/QĐ-UBND")


@pytest.mark.parametrize("missing", ["reason", "ground", "decision_number", "decision_day"])
def test_a_revocation_needs_reason_ground_and_a_decision_that_was_taken(place: Office, missing: str) -> None:
    dossier_id = issued(place, at=NOW)
    later = moments.today(NOW) + timedelta(days=2)
    wrong = decision() | {missing: later if missing == "decision_day" else " "}
    with pytest.raises(Invalid) as refused:
        revocations.revoke(dossier_id=dossier_id, by=place.leader, at=NOW + SECOND, **wrong)
    assert set(refused.value.faults) == {missing}
    assert not Revocation.objects.exists()


def test_what_holds_no_more_is_neither_corrected_nor_revoked_again(place: Office) -> None:
    dossier_id = issued(place, at=NOW)
    revocations.revoke(dossier_id=dossier_id, by=place.leader, at=NOW + SECOND, **decision())
    with pytest.raises(Invalid):
        corrections.open_for(dossier_id=dossier_id, reason="Sai", by=place.intake, at=NOW + SECOND)
    with pytest.raises(Invalid):
        revocations.revoke(dossier_id=dossier_id, by=place.leader, at=NOW + SECOND, **decision())
    code = Dossier.objects.get(id=dossier_id).code
    offered = people.client(place.leader).get(f"/can-bo/ho-so/{code}/").context["acts"]
    assert not {"correct", "revoke_result"} & set(offered)


def test_a_correction_that_ends_without_a_result_lets_another_begin(place: Office) -> None:
    first = issued(place, at=NOW)
    again = corrections.open_for(dossier_id=first, reason="Sai tên", by=place.intake, at=NOW + SECOND)
    with pytest.raises(Invalid):
        corrections.open_for(dossier_id=first, reason="Sai tên", by=place.intake, at=NOW + SECOND)
    endings.withdraw(dossier_id=again.id, by=place.citizen, at=NOW + 2 * SECOND)

    third = corrections.open_for(dossier_id=first, reason="Sai tên", by=place.intake, at=NOW + 3 * SECOND)
    assert standing(result_of(first).id).correcting == third.code


def test_the_desk_opens_a_correction_and_revokes_from_its_forms(place: Office) -> None:
    first, second = issued(place, at=NOW), issued(place, at=NOW)
    codes = {id: Dossier.objects.get(id=id).code for id in (first, second)}
    versions = {id: Dossier.objects.get(id=id).version for id in (first, second)}
    intake_officer, leader = people.client(place.intake), people.client(place.leader)

    assert _post(intake_officer, codes[first], "dinh-chinh", version=versions[first], reason=" ") == 422
    assert _post(intake_officer, codes[first], "dinh-chinh", version=versions[first], reason="Sai") == 302
    day = moments.today(NOW)
    typed = {k: v for k, v in decision().items() if k != "decision_day"} | {
        "decision_day-day": day.day, "decision_day-month": day.month, "decision_day-year": day.year,
    }  # fmt: skip
    assert _post(intake_officer, codes[second], "thu-hoi", version=versions[second], **typed) == 403
    assert _post(leader, codes[second], "thu-hoi", version=versions[second], **typed) == 302
    assert Correction.objects.get().earlier == result_of(first)
    assert Revocation.objects.get().result == result_of(second)


def _post(browser: Client, code: str, slug: str, **given: Any) -> int:
    return browser.post(f"/can-bo/ho-so/{code}/{slug}/?xem=xong", given).status_code


def test_only_an_issued_result_is_corrected_or_revoked(place: Office) -> None:
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=NOW)
    drafted = Result.objects.create(
        dossier_id=dossier_id, title="x", state="drafted", draft_file=new_id(), frozen=b"0" * 32,
        drafted_at=NOW, drafted_by="x",
    )  # fmt: skip
    gone = {
        "by_name": "x",
        "reason": "x",
        "ground": "x",
        "decision_number": "1",
        "decision_day": "2026-03-02",
    }
    with pytest.raises(IntegrityError, match="only an issued result"), transaction.atomic():
        Revocation.objects.create(result=drafted, at=NOW, **gone)
    other = filed(place)
    with pytest.raises(IntegrityError, match="only an issued result"), transaction.atomic():
        Correction.objects.create(
            dossier_id=other.id, earlier=drafted, reason="x", asked_at=NOW, asked_by_name="x"
        )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("correction_has_a_reason", {"reason": ""}),
        ("correction_replaces_at_a_moment", {"replaced_at": NOW + 9 * SECOND}),
        ("correction_replaces_at_a_moment", {"later": "its own"}),
        ("correction_by_another_result", {"later": "earlier", "replaced_at": NOW + 9 * SECOND}),
    ],
)
def test_a_correction_that_cannot_be(place: Office, constraint: str, change: dict[str, Any]) -> None:
    first, other = issued(place, at=NOW), issued(place, at=NOW)
    corrections.open_for(dossier_id=first, reason="Sai", by=place.intake, at=NOW + SECOND)
    named = {"its own": result_of(other), "earlier": result_of(first)}
    change = {name: named.get(value, value) if name == "later" else value for name, value in change.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Correction.objects.update(**change)


def test_a_result_has_one_correction_and_a_revocation_says_everything(place: Office) -> None:
    first = issued(place, at=NOW)
    corrections.open_for(dossier_id=first, reason="Sai", by=place.intake, at=NOW + SECOND)
    twin = Correction.objects.get()
    twin.pk = filed(place).id
    with pytest.raises(IntegrityError, match="correction_one_of_a_result"), transaction.atomic():
        twin.save(force_insert=True)

    other = issued(place, at=NOW)
    revocations.revoke(dossier_id=other, by=SYSTEM, at=NOW + SECOND, **decision())
    for name in ("reason", "ground", "decision_number"):
        with (
            pytest.raises(IntegrityError, match="revocation_has_ground_and_decision"),
            transaction.atomic(),
        ):
            Revocation.objects.update(**{name: ""})
