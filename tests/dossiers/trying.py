"""The acts of random walks and who may try them; `walking.py` asks after each, `happening.py` walks.

Signatures are real in `test_results.py`; here the two signing acts do to the tables what the real ones
do, without keys, so that thousands of walks fit into a run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from tests.support import people
from tests.support.office import SENT, Office, drawn_anew, filed, office, paper, procedure
from tests.support.posting import ANSWERS
from tinhso.directory import api as directory
from tinhso.dossiers import letters, lifecycle, wanted
from tinhso.dossiers.contracts import PaperFault, PaperGiven, Status, Verdict
from tinhso.dossiers.models import (
    Correction,
    Dossier,
    Fault,
    Result,
    SubmittedPaper,
    Timer,
)
from tinhso.dossiers.operations import (
    corrections,
    deeming,
    delivery,
    digitised,
    endings,
    extensions,
    filling,
    intake,
    judging_fees,
    obligations,
    opinions,
    originals,
    parcels,
    rebasing,
    results,
    revocations,
    ringing,
    routing,
    succession,
    supplements,
    transfers,
    undoing,
)
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.dossiers.queries.originals import originals as kept_originals
from tinhso.foundation import files
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.procedures import api as procedures
from tinhso.workflow import api as workflow

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%%EOF"
)
UNDO = "undo"
Do = Callable[[UUID, ActorRef, datetime, random.Random], object]


@dataclass(slots=True)
class Place:
    """An office with a colleague and a stranger, and one kept file that stands for every result."""

    office: Office
    colleague: ActorRef
    other_unit: UUID
    stranger: ActorRef
    elsewhere: UUID
    far: ActorRef
    file: UUID
    watchers: tuple[ActorRef, ...]
    offices: tuple[Office, ...]
    send: Callable[[], UUID]

    @property
    def actors(self) -> tuple[ActorRef, ...]:
        """Everybody who may try something; the right ones are likelier."""
        right = (*(each for office in self.offices for each in staff(office)), self.office.citizen)
        return (*right, *right, self.far, self.colleague, self.stranger, *self.watchers)

    def of(self, agency: UUID) -> Office | None:
        """The office of an agency on the dossier's way."""
        return next((each for each in self.offices if each.agency == agency), None)


def staff(office: Office) -> tuple[ActorRef, ...]:
    """The officers of an office in the order of a dossier's steps."""
    return office.intake, office.specialist, office.leader, office.clerk


def place(made: Office | None = None, *others: Office, send: Callable[[], UUID] | None = None) -> Place:
    """A new office to walk in, or one that is there, with others on the dossier's way; how one is sent."""
    wanted.publish(at=SENT)
    made = made or _silent_office()
    unit = people.unit(made.agency)
    elsewhere = people.agency("UBND xã Xa")
    desk = people.unit(elsewhere, directory.UnitKind.ONE_STOP)
    watchers = [people.officer(role, unit) for role in ("supervisor", "inspector", "administrator")]
    machine, _secret = people.token(["dossiers.*"], made.agency)
    return Place(
        office=made,
        colleague=people.officer("specialist", unit, name="Võ Văn Cảnh"),
        other_unit=unit,
        stranger=people.officer("intake_officer", name="Người Lạ"),
        elsewhere=elsewhere,
        far=people.officer("intake_officer", desk, name="Danh Thị Xa"),
        file=files.keep(PDF, name="ket-qua.pdf", by=made.clerk, at=SENT).id,
        watchers=(*watchers, machine),
        offices=(made, *others),
        send=send or (lambda: filed(made).id),
    )


def _silent_office() -> Office:
    """An office whose silence approves, and whose procedure has another process from the third day on."""
    silence = procedures.Deemed(outcome=procedures.DeemedOutcome.APPROVAL, ground="Điều 29")
    made = replace(office(), version=procedure(deemed=silence))
    drawing = workflow.drawing("tham-dinh-ky").replace("Ký duyệt", "Phê duyệt")
    drawn_anew(made, drawing, since=date(2026, 3, 4))
    return made


def _judge(dossier_id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
    given = SubmittedPaper.objects.filter(dossier_id=dossier_id, current=True).first()
    assert given is not None
    verdict = chance.choice([Verdict.GOOD, Verdict.FAULTY])
    supplements.judge(dossier_id=dossier_id, paper_id=given.id, verdict=verdict, reason="Mờ", by=by, at=at)


def acts_of(here: Place) -> Mapping[str, Do]:
    """Every act of the life cycle as somebody would try it."""

    def draft(dossier_id: UUID, by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("draft_result", dossier_id=dossier_id, by=by, at=at) as taken:
            former = Result.objects.filter(dossier_id=dossier_id, current=True)
            replaced = former.values_list("id", flat=True).first()
            former.update(current=False)
            made = Result.objects.create(
                dossier_id=dossier_id, title="Quyết định", state="drafted", draft_file=here.file,
                frozen=b"0" * 32, drafted_at=at, drafted_by=by.name,
            )  # fmt: skip
            taken.kept = {"result": str(made.id), "replaced": str(replaced) if replaced else ""}
            advance(taken, facts={})

    def sign(dossier_id: UUID, by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("sign", dossier_id=dossier_id, by=by, at=at) as taken:
            Result.objects.filter(dossier_id=dossier_id, current=True, state="drafted").update(
                state="signed", signed_file=here.file, signed_at=at, signed_by=by.name
            )
            advance(taken, facts={"ket_luan": "ky"})

    def seal(dossier_id: UUID, by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("seal", dossier_id=dossier_id, by=by, at=at) as taken:
            Result.objects.filter(dossier_id=dossier_id, state="signed").update(
                state="sealed", sealed_file=here.file, sealed_at=at, number="01"
            )
            advance(taken, facts={})

    def ask_opinion(dossier_id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        """Seldom, since what was asked holds the dossier up for days."""
        agencies = [here.elsewhere] if chance.random() < 0.5 else []
        opinions.ask(dossier_id=dossier_id, question="Ý kiến?", agencies=agencies, by=by, at=at)

    def rung(dossier_id: UUID, _by: ActorRef, at: datetime, _chance: random.Random) -> None:
        runs = Timer.objects.filter(dossier_id=dossier_id, state="runs")
        if not sum(ringing.ring(timer.id, at=at) for timer in runs):
            raise Invalid("nothing rings")

    def transfer(dossier_id: UUID, _by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("transfer", dossier_id=dossier_id, by=SYSTEM, at=at) as taken:
            succession.move(taken, directory.unit(here.other_unit))

    fault = [PaperFault(code="don", reason="Ảnh mờ")]
    both = [*fault, PaperFault(code="uy-quyen", reason="Chưa có")]

    def ask(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        supplements.ask(
            dossier_id=id,
            faults=chance.choice([fault, both]),
            again=chance.choice(["", "Vẫn mờ"]),
            by=by,
            at=at,
        )

    def answer(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        supplements.answer(dossier_id=id, papers=_awaited(id), by=by, at=at)

    def part(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        supplements.answer_part(dossier_id=id, papers=_awaited(id)[:1], by=by, at=at)

    def give_back(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        counts = {one.paper: chance.randint(0, one.left) for one in kept_originals(id)}
        originals.give_back(dossier_id=id, counts=counts, to_name="Danh Sóc Kha", by=by, at=at)

    def replace_result(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        """What sealing a correcting dossier does to the earlier one, by the system."""
        with turn("replace_result", dossier_id=id, by=SYSTEM, at=at):
            correcting = Correction.objects.filter(
                earlier__dossier_id=id, abandoned_at=None, later=None
            ).first()
            if correcting is None:
                raise Invalid("nobody corrects it")
            made = Result.objects.create(
                dossier_id=correcting.dossier_id, title="Quyết định", state="sealed", draft_file=here.file,
                frozen=b"0" * 32, drafted_at=at, drafted_by="x", signed_file=here.file, signed_at=at,
                sealed_file=here.file, sealed_at=at, number="02",
            )  # fmt: skip
            Correction.objects.filter(dossier_id=correcting.dossier_id).update(later=made, replaced_at=at)

    def post(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        """A parcel is made ready, or one came back."""
        lifecycle.next_status("post", Status(Dossier.objects.get(id=id).status))
        if chance.random() < 0.5:
            parcels.send(dossier_id=id, by=by, at=at)
        else:
            parcels.back(dossier_id=id, words="Đã chuyển hoàn.", by=by, at=at)

    def deem(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        """The job, whoever tries: it alone knows whether the promise has run out."""
        before = Dossier.objects.get(id=id).version
        deeming.run(at=at)
        if Dossier.objects.get(id=id).version == before:
            raise Invalid("nothing has run out")

    return {
        "accept": lambda id, by, at, _: intake.accept(dossier_id=id, by=by, at=at),
        "refuse": lambda id, by, at, _: intake.refuse(
            dossier_id=id, reason="Sai nơi", ground="Điều 13 Luật Hộ tịch", by=by, at=at
        ),
        "ask_supplement": ask,
        "answer_supplement": answer,
        "answer_part": part,
        "ask_extension": lambda id, by, at, chance: extensions.ask(
            dossier_id=id, until=_some_day(at, chance), reason="Chờ đo đạc", by=by, at=at
        ),
        "grant_extension": lambda id, by, at, _: extensions.grant(dossier_id=id, by=by, at=at),
        "deny_extension": lambda id, by, at, _: extensions.deny(
            dossier_id=id, answer="Làm ngay", by=by, at=at
        ),
        "apologise": lambda id, by, at, chance: extensions.apologise(
            dossier_id=id, until=_some_day(at, chance), reason="Chờ đo đạc", by=by, at=at
        ),
        "return_originals": give_back,
        "correct": lambda id, by, at, _: corrections.open_for(
            dossier_id=id, reason="Sai năm sinh", by=by, at=at
        ),
        "replace_result": replace_result,
        "revoke_result": lambda id, by, at, _: revocations.revoke(
            dossier_id=id,
            reason="Cấp sai",
            ground="Điều 22",
            decision_number="1/QĐ",
            decision_day=today(at),
            by=by,
            at=at,
        ),
        "judge_paper": _judge,
        "ask_obligation": lambda id, by, at, _: obligations.ask(dossier_id=id, what="Thuế", by=by, at=at),
        "settle_obligation": lambda id, by, at, _: obligations.settle(dossier_id=id, by=by, at=at),
        "pause": lambda id, by, at, _: routing.pause(dossier_id=id, reason="Chờ Sở", by=by, at=at),
        "resume": lambda id, by, at, _: routing.resume(dossier_id=id, by=by, at=at),
        "forward": lambda id, by, at, chance: routing.forward(
            dossier_id=id,
            unit_id=chance.choice([here.other_unit, here.office.specialist_unit]),
            note="Chuyển",
            by=by,
            at=at,
        ),
        "ask_opinion": ask_opinion,
        "go_on": lambda id, by, at, _: opinions.go_on(dossier_id=id, by=by, at=at),
        "hand_on": lambda id, by, at, _: routing.hand_on(dossier_id=id, by=by, at=at),
        "receive": lambda id, by, at, _: transfers.receive(dossier_id=id, by=by, at=at),
        "collect_at": lambda id, by, at, chance: transfers.collect_at(
            dossier_id=id, agency_id=chance.choice([here.elsewhere, here.office.agency]), by=by, at=at
        ),
        "assign": lambda id, by, at, chance: routing.assign(
            dossier_id=id, to=_id(chance.choice(here.actors)), by=by, at=at
        ),
        "transfer": transfer,
        "wait_over": rung,
        "time_over": rung,
        "deem_approved": deem,
        "deem_refused": deem,
        "digitise": lambda id, by, at, _: digitised.digitise(
            dossier_id=id, paper="don", file_id=new_id(), by=by, at=at
        ),
        "deliver_to": lambda id, by, at, _: delivery.deliver_to(dossier_id=id, answers=ANSWERS, by=by, at=at),
        "post": post,
        "rebase": lambda id, by, at, _: rebasing.rebase(dossier_id=id, reason="Quy trình mới", by=by, at=at),
        "fill_in": lambda id, by, at, _: filling.fill_in(
            dossier_id=id, answers={}, papers=(), word="Người nộp", by=by, at=at
        ),
        "judge_fees": lambda id, by, at, _: judging_fees.judge(dossier_id=id, judged=(), by=by, at=at),
        "draft_result": draft,
        "send_back": lambda id, by, at, _: results.send_back(dossier_id=id, reason="Sửa", by=by, at=at),
        "sign": sign,
        "seal": seal,
        "hand_over": lambda id, by, at, _: results.hand_over(dossier_id=id, by=by, at=at),
        "withdraw": lambda id, by, at, _: endings.withdraw(dossier_id=id, reason="Thôi", by=by, at=at),
        "stop": lambda id, by, at, _: endings.stop(
            dossier_id=id, reason="Hết lẽ", ground="Điều 7", by=by, at=at
        ),
        "note": lambda id, by, at, _: endings.note(dossier_id=id, text="Xem lại", by=by, at=at),
        "message": lambda id, by, at, _: letters.write(dossier_id=id, text="Mời đến quầy", by=by, at=at),
        UNDO: lambda id, by, at, _: undoing.undo(dossier_id=id, by=by, at=at),
        "rate": lambda id, by, at, chance: endings.rate(
            dossier_id=id, score=chance.randint(1, 5), by=by, at=at
        ),
    }


def _awaited(dossier_id: UUID) -> list[PaperGiven]:
    """The papers that the open request still waits for."""
    faults = Fault.objects.filter(
        supplement__dossier_id=dossier_id, supplement__answered_at=None, answered_at=None
    )
    return [paper(code) for code in faults.order_by("id").values_list("code", flat=True)]


def _some_day(at: datetime, chance: random.Random) -> date:
    return today(at) + timedelta(days=chance.randint(1, 20))


def _id(actor: ActorRef) -> UUID:
    assert actor.id is not None
    return actor.id
