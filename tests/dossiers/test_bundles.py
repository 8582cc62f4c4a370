"""Filed once for several procedures: each a dossier of its own, begun when what it needs is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from tests.foundation.files import makers
from tests.support import people
from tests.support.between import code
from tests.support.office import SENT, SINCE, Office, office, procedure, submission
from tinhso.dossiers import bundle_words, marks, subscriptions
from tinhso.dossiers.contracts import PartState
from tinhso.dossiers.events import ResultReady
from tinhso.dossiers.models import Bundle, BundlePart, Dossier, Result, SubmittedPaper
from tinhso.dossiers.operations import bundles, counter, endings, intake
from tinhso.dossiers.operations.submission import Submission
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.dossiers.prints import heads
from tinhso.dossiers.queries.bundles import of_dossier
from tinhso.foundation import files
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.refs import SYSTEM
from tinhso.notify import api as notify
from tinhso.procedures import api as procedures
from tinhso.procedures.completeness import contradictions

pytestmark = pytest.mark.django_db
CODES = ("9.ks", "9.tt", "9.bh", "9.hp")


def later(hours: float) -> datetime:
    return SENT + timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class Group:
    """The commune that takes the bundle, two other agencies, and the bundle's procedure."""

    xa: Office
    police: Office
    insurance: Office
    version: UUID


def content(police: Office, insurance: Office) -> procedures.Content:
    """Birth, then residence and insurance; a fourth needs residence."""
    named = procedures.PhaseAgency.NAMED
    birth, residence, card, school = CODES
    plain = procedures.version(procedure())
    kept = {name: getattr(plain, name) for name in procedures.Content.__slots__ if hasattr(plain, name)}
    return replace(
        procedures.Content(**{name: kept[name] for name in procedures.Content.__dataclass_fields__}),
        name="Nhóm thử",
        short_name="Nhóm thử",
        bundle=(
            procedures.BundlePart(procedure=birth, papers=(("don", "don"),), answers=(("con", "con"),)),
            procedures.BundlePart(
                procedure=residence, needs=(birth,), agency=named, code=code(police.agency),
                answers=(("ten", "con.ten"), ("nha", "nha")), results=(("don", birth),),
            ),
            procedures.BundlePart(
                procedure=card, needs=(birth,), agency=named, code=code(insurance.agency),
                answers=(("ten", "con.ten"),), results=(("don", birth),),
            ),
            procedures.BundlePart(
                procedure=school, needs=(residence,), answers=(("ten", "con.ten"),),
                results=(("don", residence),),
            ),
        ),
    )  # fmt: skip


def bundled() -> Group:
    """Three offices and the bundle between them."""
    xa, police, insurance = office(), office(), office()
    for each in CODES:
        procedure(code=each)
    version = procedures.draft(code="9.nhom", content=content(police, insurance), by=SYSTEM, at=SENT)
    procedures.publish(version_id=version, effective_from=SINCE, by=SYSTEM, at=SENT)
    return Group(xa=replace(xa, version=version), police=police, insurance=insurance, version=version)


@pytest.fixture
def group() -> Group:
    return bundled()


def given(group: Group, **more: Any) -> Submission:
    answers = {"con": {"ten": "Trần Gia Bảo"}, "nha": "Ấp 1"}
    return replace(submission(group.xa, **more), answers=answers)


def sent(group: Group) -> Bundle:
    filed = bundles.file(given(group), by=group.xa.citizen, at=SENT)
    return Bundle.objects.get(parts__dossier_id=filed.id)


def states(bundle: Bundle) -> list[str]:
    return list(bundle.parts.order_by("position").values_list("state", flat=True))


def dossier_of(bundle: Bundle, position: int) -> Dossier:
    return Dossier.objects.get(bundle_part__bundle=bundle, bundle_part__position=position)


def finish(dossier: Dossier, place: Office, at: datetime) -> UUID:
    """The result is sealed, without keys; what waits for it begins as the job would."""
    intake.accept(dossier_id=dossier.id, by=place.intake, at=at)
    kept = files.keep(makers.pdf(), name="ket-qua.pdf", by=place.clerk, at=at).id
    for act, by in (("draft_result", place.specialist), ("sign", place.leader), ("seal", place.clerk)):
        with turn(act, dossier_id=dossier.id, by=by, at=at) as under_way:
            if act == "draft_result":
                Result.objects.create(
                    dossier_id=dossier.id, title="Giấy", state="drafted", draft_file=kept,
                    frozen=b"0" * 32, drafted_at=at, drafted_by=by.name,
                )  # fmt: skip
            changes = {
                "sign": {"state": "signed", "signed_file": kept, "signed_at": at},
                "seal": {"state": "sealed", "sealed_file": kept, "sealed_at": at, "number": "01"},
            }
            Result.objects.filter(dossier_id=dossier.id).update(**changes.get(act, {}))
            advance(under_way, facts={"ket_luan": "ky"})
    return kept


def test_one_filing_begins_the_first_and_the_others_wait(group: Group) -> None:
    bundle = sent(group)

    assert bundle.code.startswith(f"{group.xa.identifier}-LT-260302-")
    assert states(bundle) == ["started", "waiting", "waiting", "waiting"]
    first = dossier_of(bundle, 0)
    assert (first.agency_id, first.flags) == (group.xa.agency, [marks.BUNDLED, "originals"])
    assert first.content.answers == {"con": {"ten": "Trần Gia Bảo"}}


def test_sending_twice_gives_one_bundle(group: Group) -> None:
    asked = given(group, key="mot")
    first = bundles.file(asked, by=group.xa.citizen, at=SENT)

    assert bundles.file(asked, by=group.xa.citizen, at=later(1)) == first
    assert (Bundle.objects.count(), Dossier.objects.count()) == (1, 1)


def test_what_needs_a_result_begins_with_it_at_its_own_agency(group: Group) -> None:
    bundle = sent(group)
    result = finish(dossier_of(bundle, 0), group.xa, later(2))

    bundles.start(bundle.id, at=later(3))

    assert states(bundle) == ["started", "started", "started", "waiting"]
    residence, card = dossier_of(bundle, 1), dossier_of(bundle, 2)
    assert (residence.agency_id, card.agency_id) == (group.police.agency, group.insurance.agency)
    assert residence.content.answers == {"ten": "Trần Gia Bảo", "nha": "Ấp 1"}
    paper = SubmittedPaper.objects.get(dossier=residence)
    assert (paper.code, paper.file_id, paper.form) == ("don", result, "electronic")
    assert residence.owner_id == group.xa.citizen.id
    assert bundles.start(bundle.id, at=later(4)) == 0
    due = intake.accept(dossier_id=card.id, by=group.insurance.intake, at=later(24))
    view = of_dossier(card.id)
    assert view is not None
    assert view.parts[2].due_at == due
    assert view.parts[1].due_at != due


def test_the_result_calls_the_job_that_begins_the_rest(group: Group) -> None:
    bundle = sent(group)
    first = dossier_of(bundle, 0)

    subscriptions.result_ready(
        ResultReady(dossier=first.id, code=first.code, by=SYSTEM, at=later(1), file_id=bundle.id)
    )

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'bundle_id' FROM procrastinate_jobs WHERE task_name LIKE '%start_bundle'"
        )
        assert cursor.fetchall() == [(str(bundle.id),)]


def test_a_child_refused_drops_what_needs_it_and_says_what_goes_on(group: Group) -> None:
    bundle = sent(group)
    finish(dossier_of(bundle, 0), group.xa, later(2))
    bundles.start(bundle.id, at=later(3))

    residence = dossier_of(bundle, 1)
    intake.refuse(
        dossier_id=residence.id, reason="Sai nơi", ground="Điều 13", by=group.police.intake, at=later(4)
    )

    assert states(bundle) == ["started", "started", "started", "dropped"]
    assert "đã kết thúc không có kết quả" in bundle.parts.get(position=3).reason
    told = notify.about(kind="dossier", subject_id=residence.id)
    changed = next(message for message in told if bundle.code in message.subject)
    assert "Vẫn giải quyết bình thường" in changed.body
    assert "không gửi tiếp" in changed.body
    assert Bundle.objects.get().answers == {}, "nothing waits for the answers any more"


def test_the_first_refused_drops_all(group: Group) -> None:
    bundle = sent(group)

    intake.refuse(
        dossier_id=dossier_of(bundle, 0).id, reason="Sai", ground="Điều 13", by=group.xa.intake, at=later(1)
    )

    assert states(bundle) == ["started", "dropped", "dropped", "dropped"]


def test_withdrawing_all_and_withdrawing_one(group: Group) -> None:
    bundle = sent(group)
    finish(dossier_of(bundle, 0), group.xa, later(2))
    bundles.start(bundle.id, at=later(3))
    view = of_dossier(dossier_of(bundle, 1).id)
    assert view is not None
    said = bundle_words.without(view, dossier_of(bundle, 1).code)
    assert ["vẫn được" in each for each in said] == [True, True, False]
    assert "không được gửi nữa" in said[-1]

    endings.withdraw(dossier_id=dossier_of(bundle, 1).id, by=group.xa.citizen, at=later(4))
    assert states(bundle) == ["started", "started", "started", "dropped"]

    with pytest.raises(NotAllowed):
        bundles.withdraw(bundle_id=bundle.id, by=people.person("Người Khác"), at=later(5))
    assert bundles.withdraw(bundle_id=bundle.id, by=group.xa.citizen, at=later(5)) == 1
    assert dossier_of(bundle, 2).status == "withdrawn"
    assert dossier_of(bundle, 0).status == "done", "what has its result stays"


def test_faults_of_any_part_are_named_at_once(group: Group) -> None:
    asked = replace(given(group), papers=())

    with pytest.raises(Invalid) as refused:
        bundles.file(asked, by=group.xa.citizen, at=SENT)

    assert set(refused.value.faults) == {"papers.don"}
    assert not Bundle.objects.exists()
    assert not Dossier.objects.exists()


def test_the_counter_of_another_centre_takes_a_bundle_in(group: Group) -> None:
    there = office()

    taken = counter.take_in(
        replace(given(group), intake=there.agency, collect=there.agency), by=there.intake, at=later(1)
    )

    first = Dossier.objects.get(id=taken.filed.id)
    assert (first.status, first.unit_id) == ("accepted", group.xa.specialist_unit)
    assert marks.AWAITED in first.flags
    assert Bundle.objects.get().collect_id == there.agency


def test_one_page_and_one_receipt_for_its_owner_only(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = sent(group)
    address = f"/nhom-ho-so/{bundle.code}/"
    owner = people.client(group.xa.citizen)

    page = owner.get(address).content.decode()
    assert "Mã nhóm hồ sơ" in page
    assert page.count("Chưa gửi. Tự gửi đến") == 3
    assert people.client(people.person("Người Khác")).get(address).status_code == 404
    assert people.client(group.xa.intake).get(address).status_code in (302, 403)
    assert owner.get(f"{address}giay-tiep-nhan.pdf").status_code == 422
    intake.accept(dossier_id=dossier_of(bundle, 0).id, by=group.xa.intake, at=later(1))
    facts: dict[str, Any] = {}
    monkeypatch.setattr(heads.paper, "render", lambda **more: facts.update(more) or b"%PDF")
    assert owner.get(f"{address}giay-tiep-nhan.pdf").status_code == 200
    assert len([row for row in facts["data"]["facts"] if "Tự gửi đến" in row[1]]) == 3
    assert "Rút cả nhóm" in owner.get(f"{address}rut/").content.decode()
    assert owner.post(f"{address}rut/").status_code == 302
    assert "đã rút cả nhóm" in owner.get(address).content.decode()


def test_bundles_that_cannot_be(group: Group) -> None:
    bundle = sent(group)

    def refused(constraint: str, rows: Any, **change: Any) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows.update(**change)

    waiting = BundlePart.objects.filter(position=1)
    refused("bundle_has_a_code", Bundle.objects.all(), code="")
    refused("bundle_withdrawn_after_sent", Bundle.objects.all(), withdrawn_at=later(-1))
    refused("bundle_part_known_state", waiting, state="lost")
    refused("bundle_part_started_has_a_dossier", waiting, state=PartState.STARTED.value)
    refused("bundle_part_dropped_says_why", waiting, state=PartState.DROPPED.value)
    refused("bundle_part_once", waiting, position=0)
    refused("bundle_part_dossier|dossier_id", waiting, dossier_id=dossier_of(bundle, 0).id, state="started")


def test_a_bundle_whose_parts_would_wait_for_each_other_is_refused(group: Group) -> None:
    sound = content(group.police, group.insurance)
    assert not contradictions(sound)
    birth, *others = sound.bundle

    assert contradictions(replace(sound, bundle=(*others, birth)))
    assert contradictions(replace(sound, bundle=(birth,)))
    assert contradictions(replace(sound, bundle=(birth, replace(others[0], results=(("don", "9.la"),)))))
    assert contradictions(replace(sound, bundle=(replace(birth, papers=(("don", "la"),)), *others)))
