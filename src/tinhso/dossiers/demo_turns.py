"""Turns of the demo: one dossier of each, refused to revoked, so that every page has something to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import demo_people, wanted
from tinhso.dossiers.contracts import Applicant, PaperFault, PaperForm, PaperGiven, Via
from tinhso.dossiers.demo_judging import let_go
from tinhso.dossiers.models import Dossier, Result
from tinhso.dossiers.operations import (
    corrections,
    deeming,
    delivery,
    endings,
    extensions,
    intake,
    obligations,
    originals,
    results,
    revocations,
    signatures,
    supplements,
)
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.dossiers.outcomes import ResultState
from tinhso.dossiers.queries.originals import originals as kept
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Case:
    """A dossier under way to its turn: everything is done by the system, at times after it was sent."""

    id: UUID
    version: procedures.VersionView
    sent_at: datetime
    now: datetime

    def faults(self, count: int) -> list[PaperFault]:
        """Something wrong with the first papers that the procedure asks for."""
        return [
            PaperFault(code=paper.code, reason="Ảnh chụp mờ, không thấy dấu đỏ.")
            for paper in self.version.papers[:count]
        ]

    def given(self, count: int = 1) -> list[PaperGiven]:
        """The first papers once more."""
        return [
            PaperGiven(code=paper.code, form=PaperForm.COPY, copies=1)
            for paper in self.version.papers[:count]
        ]

    def accept(self) -> None:
        """Accepted an hour after it came."""
        intake.accept(dossier_id=self.id, by=SYSTEM, at=self.sent_at + HOUR)


def _refused(case: _Case) -> None:
    intake.refuse(
        dossier_id=case.id,
        reason="Nơi cư trú của ông/bà thuộc xã khác. Ông/bà có thể nộp tại UBND xã nơi cư trú.",
        ground="khoản 1 Điều 13 Luật Hộ tịch",
        by=SYSTEM,
        at=case.sent_at + HOUR,
    )


def _stopped(case: _Case) -> None:
    case.accept()
    endings.stop(
        dossier_id=case.id,
        reason="Thửa đất đang có tranh chấp, Tòa án đã thụ lý.",
        ground="điểm b khoản 1 Điều 19 NĐ 101/2024/NĐ-CP",
        by=SYSTEM,
        at=case.sent_at + DAY,
    )


def _withdrawn(case: _Case) -> None:
    case.accept()
    endings.withdraw(dossier_id=case.id, reason="Đã tự thỏa thuận xong", by=SYSTEM, at=case.sent_at + DAY)
    counts = {one.paper: one.left for one in kept(case.id)}
    if counts:
        originals.give_back(
            dossier_id=case.id,
            counts=counts,
            to_name=Dossier.objects.get(id=case.id).applicant_name,
            to_proof="Căn cước, đã đối chiếu",
            by=SYSTEM,
            at=case.sent_at + DAY + HOUR,
        )


def _asked_before_intake(case: _Case) -> None:
    supplements.ask(dossier_id=case.id, faults=case.faults(1), by=SYSTEM, at=case.sent_at + HOUR)


def _partly_answered(case: _Case) -> None:
    case.accept()
    supplements.ask(dossier_id=case.id, faults=case.faults(2), by=SYSTEM, at=case.sent_at + DAY)
    if len(case.version.papers) > 1:
        supplements.answer_part(
            dossier_id=case.id, papers=case.given(), by=SYSTEM, at=case.sent_at + DAY + 3 * HOUR
        )


def _asked_twice(case: _Case) -> None:
    case.accept()
    supplements.ask(dossier_id=case.id, faults=case.faults(1), by=SYSTEM, at=case.sent_at + DAY)
    supplements.answer(dossier_id=case.id, papers=case.given(), by=SYSTEM, at=case.sent_at + DAY + HOUR)
    supplements.ask(
        dossier_id=case.id,
        faults=case.faults(1),
        again="Bản gửi lại vẫn thiếu trang có chữ ký.",
        by=SYSTEM,
        at=case.sent_at + DAY + 2 * HOUR,
    )


def _waiting_for_a_later_promise(case: _Case) -> None:
    case.accept()
    _later(case, extensions.ask)


def _apologised(case: _Case) -> None:
    case.accept()
    _later(case, extensions.apologise)


def _late(case: _Case) -> None:
    case.accept()


def _obliged(case: _Case) -> None:
    case.accept()
    obligations.ask(
        dossier_id=case.id, what="Nộp lệ phí trước bạ tại Thuế cơ sở", by=SYSTEM, at=case.sent_at + DAY
    )


def _later(case: _Case, promise: Callable[..., object]) -> None:
    """Promise the first day that can be promised from the third day on; a procedure of months has none."""
    first = today(case.now) + 3 * DAY
    due = Dossier.objects.values_list("due_at", flat=True).get(id=case.id)
    if due is not None:
        first = max(first, today(due) + 3 * DAY)
    for ahead in range(12):
        until: date = first + ahead * DAY
        try:
            promise(
                dossier_id=case.id,
                until=until,
                reason="Chờ kết quả đo đạc thực địa.",
                by=SYSTEM,
                at=case.now,
            )
        except Invalid:
            continue
        return


TURNS: tuple[tuple[str, int, Callable[[_Case], None]], ...] = (
    ("Lý Thị Hồng Gấm", 9, _refused),
    ("Danh Phal", 12, _stopped),
    ("Mai Văn Sơn", 6, _withdrawn),
    ("Trương Thị Bé Ba", 1, _asked_before_intake),
    ("Kim Thị Sa Rươl", 4, _partly_answered),
    ("Phan Văn Đực", 10, _asked_twice),
    ("Hồ Thị Kim Ngân", 60, _waiting_for_a_later_promise),
    ("Thạch Sương", 75, _apologised),
    ("Quách Thành Danh", 70, _late),
    ("Lưu Thị Diễm", 66, _late),
    ("Tạ Minh Phụng", 8, _obliged),
)
SILENT = (("Nguyễn Thị Kim Tuyến", 20), ("Huỳnh Văn Tặng", 6))
"""Of whom one promise has run out and counts as a decision, and one will soon."""
BY_POST: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Trần Thị Bông", {"xa": "Hà Tiên", "chi_tiet": "12 Mạc Cửu", "ghi_tay": True}),
    ("Danh Thị Sa Rây", {"xa": "Gò Quao", "chi_tiet": "Ấp Phước Thọ", "ghi_tay": True}),
    (
        "Lý Văn Đực",
        {"xa": "Phường 5, Quận 3, TP. Hồ Chí Minh", "chi_tiet": "45/2 Võ Văn Tần", "ghi_tay": True},
    ),
    ("Phan Thị Ngọc Hạnh", {"xa": "Phú Quốc", "chi_tiet": "88 Trần Hưng Đạo", "ghi_tay": True}),
    ("Kim Sô Phia", {"xa": "Giồng Riềng", "chi_tiet": "Ấp Chợ", "ghi_tay": True}),
    ("Huỳnh Thanh Nhã", {"xa": "Châu Đốc", "chi_tiet": "7 Lê Lợi", "ghi_tay": True}),
)
ISSUED = ("Cao Thị Thắm", "Ngô Văn Rớt", "Đoàn Thị Ngọc Ánh")
"""Whose result holds, was corrected, and was revoked."""


def bring(agency_code: str, offered: list[procedures.VersionView], *, at: datetime) -> None:
    """One dossier of each turn for an agency; those that are there stay as they are."""
    agency = directory.agency(agency_code, today(at))
    for number, (name, days, turn) in enumerate(TURNS):
        if Dossier.objects.filter(applicant_name=name, agency_id=agency.id).exists():
            continue
        version = _with_papers(offered, number)
        sent_at = at - days * DAY
        id = _sent(name, agency.id, version, key=f"demo-turn-{agency_code}-{number}", at=sent_at)
        turn(_Case(id=id, version=version, sent_at=sent_at, now=at))


def let_silence_decide(agency_code: str, offered: list[procedures.VersionView], *, at: datetime) -> None:
    """Two dossiers of a procedure that takes silence for a decision; the offices are warned of the second."""
    agency = directory.agency(agency_code, today(at))
    version = next((one for one in offered if one.deemed), None)
    if version is None:
        return
    for number, (name, days) in enumerate(SILENT):
        if not Dossier.objects.filter(applicant_name=name, agency_id=agency.id).exists():
            sent_at = at - days * DAY
            id = _sent(name, agency.id, version, key=f"demo-silent-{agency_code}-{number}", at=sent_at)
            _Case(id=id, version=version, sent_at=sent_at, now=at).accept()
    deeming.run(at=at)
    deeming.warn(at=at)


def issue(agency_code: str, offered: list[procedures.VersionView], *, at: datetime) -> None:
    """Issued results: one that holds, one corrected, one revoked. The sandbox's phones must say yes."""
    agency = directory.agency(agency_code, today(at))
    leader = _leader(agency.id, at=at)
    made = {version.code: version for version in offered if version.result_template}
    if leader is None or not made:
        return
    version = next(iter(made.values()))
    for number, name in enumerate(ISSUED):
        if Dossier.objects.filter(applicant_name=name, agency_id=agency.id).exists():
            continue
        id = _sent(name, agency.id, version, key=f"demo-issued-{agency_code}-{number}", at=at - 3 * HOUR)
        _issue(id, leader, at=at)
        if number == 1:
            again = corrections.open_for(dossier_id=id, reason="Ghi sai năm sinh", by=SYSTEM, at=at)
            _issue(again.id, leader, at=at)
        if number == 2:
            revocations.revoke(
                dossier_id=id,
                reason="Hồ sơ kê khai không đúng sự thật.",
                ground="khoản 2 Điều 22 Luật Cư trú",
                decision_number="125/QĐ-UBND",
                decision_day=today(at),
                by=leader,
                at=at,
            )


def issue_by_post(agency_code: str, offered: list[procedures.VersionView], *, at: datetime) -> None:
    """Results that lie ready and are wanted by post, for the post to come. Needs the sandbox."""
    agency = directory.agency(agency_code, today(at))
    leader = _leader(agency.id, at=at)
    made = [version for version in offered if version.result_template]
    if leader is None or not made:
        return
    for number, (name, place) in enumerate(BY_POST):
        if there := Dossier.objects.filter(applicant_name=name, agency_id=agency.id).first():
            let_go(there.id, at=at)
            continue
        id = _sent(name, agency.id, made[0], key=f"demo-post-{agency_code}-{number}", at=at - 3 * HOUR)
        _seal(id, leader, at=at)
        answers = {
            "nguoi_nhan": name,
            "dien_thoai": f"091200012{number}",
            "dia_chi": place,
            "ban_chinh": number % 2 == 0,
        }
        delivery.deliver_to(dossier_id=id, answers={wanted.PART: answers}, by=SYSTEM, at=at)


def _leader(agency: UUID, *, at: datetime) -> ActorRef | None:
    units = directory.units_of(agency, today(at), directory.UnitKind.LEADERSHIP)
    leaders = identity.officers_of([unit.id for unit in units], at, identity.Role.LEADER)
    if not leaders:
        return None
    first = leaders[0]
    return ActorRef(kind=ActorKind.OFFICER, id=first.id, name=first.full_name, unit=units[0].id)


def _issue(dossier_id: UUID, leader: ActorRef, *, at: datetime) -> None:
    _seal(dossier_id, leader, at=at)
    if Result.objects.filter(dossier_id=dossier_id, state=ResultState.SEALED.value).exists():
        results.hand_over(dossier_id=dossier_id, by=SYSTEM, at=at)


def _seal(dossier_id: UUID, leader: ActorRef, *, at: datetime) -> None:
    intake.accept(dossier_id=dossier_id, by=SYSTEM, at=at)
    results.draft(
        dossier_id=dossier_id,
        written={"signer_name": leader.name, "signer_title": "CHỦ TỊCH"},
        by=SYSTEM,
        at=at,
    )
    seen = Dossier.objects.values_list("version", flat=True).get(id=dossier_id)
    signatures.ask(dossier_id=dossier_id, by=leader, at=at, seen=seen)
    if not signatures.collect(dossier_id=dossier_id, by=leader, at=at):
        return
    signatures.seal(dossier_id=dossier_id, by=SYSTEM, at=at)
    let_go(dossier_id, at=at)


def _with_papers(offered: list[procedures.VersionView], number: int) -> procedures.VersionView:
    """Of the procedures one that asks for two papers, if there is any, and decides nothing by silence."""
    plain = [version for version in offered if version.term and not version.deemed]
    several = [version for version in plain if len(version.papers) > 1] or offered
    return several[number % len(several)]


def _sent(name: str, agency: UUID, version: procedures.VersionView, *, key: str, at: datetime) -> UUID:
    given = Submission(
        version_id=version.id,
        agency_id=agency,
        applicant=Applicant(name=name, phone="0912000000", address="Phường Rạch Giá, tỉnh An Giang"),
        answers={},
        papers=demo_people.originals(version),
        via=Via.COUNTER,
        key=key,
    )
    return submit(given, by=SYSTEM, at=at).id
