"""Acts by name with a JSON body: what the API and bulk work call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import PaperFault, PaperForm, PaperGiven, Verdict
from tinhso.dossiers.operations import (
    corrections,
    delivery,
    endings,
    extensions,
    intake,
    obligations,
    opinions,
    originals,
    results,
    revocations,
    routing,
    supplements,
    transfers,
)
from tinhso.foundation import files
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.refs import ActorRef

Count = Annotated[int, msgspec.Meta(ge=0, le=99)]


class _Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`version` is the version the sender read."""

    version: int | None = None


class _Reasoned(_Version, frozen=True, kw_only=True):
    reason: str = ""


class _Grounded(_Version, frozen=True, kw_only=True):
    """A reason and its legal ground."""

    reason: str
    ground: str


class _Later(_Version, frozen=True, kw_only=True):
    """A later promise: the legal day, and why."""

    until: date
    reason: str


class _Answered(_Version, frozen=True, kw_only=True):
    answer: str = ""


class _Revoked(_Grounded, frozen=True, kw_only=True):
    decision_number: str
    decision_day: date


class _Back(_Version, frozen=True, kw_only=True):
    """Originals given back: how many of each paper, by its id."""

    counts: dict[UUID, Count]
    to_name: str
    to_proof: str = ""
    signed_for: bool = True
    note: str = ""


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    reason: str


class _Ask(_Version, frozen=True, kw_only=True):
    papers: list[_Asked]
    message: str = ""
    again: str = ""


class _Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    form: PaperForm = PaperForm.ELECTRONIC
    file_id: UUID | None = None
    originals: Count = 0
    copies: Count = 0


class _Answer(_Version, frozen=True, kw_only=True):
    """`answers` are those to open questions of the form, where they were asked for."""

    papers: list[_Given]
    note: str = ""
    answers: dict[str, Any] = {}


class _Judge(_Version, frozen=True, kw_only=True):
    paper: UUID
    verdict: Verdict
    reason: str = ""


class _Assign(_Version, frozen=True, kw_only=True):
    to: UUID


class _Collect(_Version, frozen=True, kw_only=True):
    agency: UUID


class _Deliver(_Version, frozen=True, kw_only=True):
    """Answers of the form `nhan-buu-dien`."""

    answers: dict[str, Any]


class _AskOpinion(_Version, frozen=True, kw_only=True):
    question: str
    agencies: list[UUID]
    papers: list[UUID] = []


class _Forward(_Version, frozen=True, kw_only=True):
    unit: UUID
    note: str = ""


class _Draft(_Version, frozen=True, kw_only=True):
    written: dict[str, str] = {}


Do = Callable[..., None]


def _accept(given: _Version, **act: Any) -> None:
    intake.accept(**act)


def _refuse(given: _Grounded, **act: Any) -> None:
    intake.refuse(reason=given.reason, ground=given.ground, **act)


def _ask(given: _Ask, **act: Any) -> None:
    faults = [PaperFault(code=paper.code, reason=paper.reason) for paper in given.papers]
    supplements.ask(faults=faults, message=given.message, again=given.again, **act)


def _answer(given: _Answer, **act: Any) -> None:
    papers = [PaperGiven(**msgspec.structs.asdict(paper)) for paper in given.papers]
    ask_own_files(papers, by=act["by"])
    supplements.answer(papers=papers, note=given.note, answers=given.answers, **act)


def _answer_part(given: _Answer, **act: Any) -> None:
    papers = [PaperGiven(**msgspec.structs.asdict(paper)) for paper in given.papers]
    ask_own_files(papers, by=act["by"])
    supplements.answer_part(papers=papers, note=given.note, answers=given.answers, **act)


def _ask_extension(given: _Later, **act: Any) -> None:
    extensions.ask(until=given.until, reason=given.reason, **act)


def _grant_extension(given: _Answered, **act: Any) -> None:
    extensions.grant(answer=given.answer, **act)


def _deny_extension(given: _Answered, **act: Any) -> None:
    extensions.deny(answer=given.answer, **act)


def _apologise(given: _Later, **act: Any) -> None:
    extensions.apologise(until=given.until, reason=given.reason, **act)


def _return_originals(given: _Back, **act: Any) -> None:
    originals.give_back(
        counts=given.counts,
        to_name=given.to_name,
        to_proof=given.to_proof,
        signed_for=given.signed_for,
        note=given.note,
        **act,
    )


def _correct(given: _Reasoned, **act: Any) -> None:
    corrections.open_for(reason=given.reason, **act)


def _revoke(given: _Revoked, **act: Any) -> None:
    revocations.revoke(
        reason=given.reason,
        ground=given.ground,
        decision_number=given.decision_number,
        decision_day=given.decision_day,
        **act,
    )


def _judge(given: _Judge, **act: Any) -> None:
    supplements.judge(paper_id=given.paper, verdict=given.verdict, reason=given.reason, **act)


def _pause(given: _Reasoned, **act: Any) -> None:
    routing.pause(reason=given.reason, **act)


def _resume(given: _Reasoned, **act: Any) -> None:
    routing.resume(note=given.reason, **act)


def _assign(given: _Assign, **act: Any) -> None:
    routing.assign(to=given.to, **act)


def _forward(given: _Forward, **act: Any) -> None:
    routing.forward(unit_id=given.unit, note=given.note, **act)


def _hand_on(given: _Reasoned, **act: Any) -> None:
    routing.hand_on(note=given.reason, **act)


def _receive(given: _Reasoned, **act: Any) -> None:
    transfers.receive(note=given.reason, **act)


def _collect_at(given: _Collect, **act: Any) -> None:
    transfers.collect_at(agency_id=given.agency, **act)


def _deliver_to(given: _Deliver, **act: Any) -> None:
    delivery.deliver_to(answers=given.answers, **act)


def _ask_opinion(given: _AskOpinion, **act: Any) -> None:
    opinions.ask(question=given.question, agencies=given.agencies, papers=given.papers, **act)


def _go_on(given: _Reasoned, **act: Any) -> None:
    opinions.go_on(note=given.reason, **act)


def _draft(given: _Draft, **act: Any) -> None:
    results.draft(written=given.written, **act)


def _send_back(given: _Reasoned, **act: Any) -> None:
    results.send_back(reason=given.reason, **act)


def _hand_over(given: _Reasoned, **act: Any) -> None:
    results.hand_over(note=given.reason, **act)


def _withdraw(given: _Reasoned, **act: Any) -> None:
    endings.withdraw(reason=given.reason, **act)


def _stop(given: _Grounded, **act: Any) -> None:
    endings.stop(reason=given.reason, ground=given.ground, **act)


def _ask_obligation(given: _Reasoned, **act: Any) -> None:
    obligations.ask(what=given.reason, **act)


def _settle_obligation(given: _Reasoned, **act: Any) -> None:
    obligations.settle(note=given.reason, **act)


ACTS: Mapping[str, tuple[type[_Version], Do]] = {
    "accept": (_Version, _accept),
    "refuse": (_Grounded, _refuse),
    "ask_supplement": (_Ask, _ask),
    "answer_supplement": (_Answer, _answer),
    "judge_paper": (_Judge, _judge),
    "pause": (_Reasoned, _pause),
    "resume": (_Reasoned, _resume),
    "assign": (_Assign, _assign),
    "forward": (_Forward, _forward),
    "ask_opinion": (_AskOpinion, _ask_opinion),
    "go_on": (_Reasoned, _go_on),
    "hand_on": (_Reasoned, _hand_on),
    "receive": (_Reasoned, _receive),
    "collect_at": (_Collect, _collect_at),
    "deliver_to": (_Deliver, _deliver_to),
    "draft_result": (_Draft, _draft),
    "send_back": (_Reasoned, _send_back),
    "hand_over": (_Reasoned, _hand_over),
    "withdraw": (_Reasoned, _withdraw),
    "stop": (_Grounded, _stop),
    "answer_part": (_Answer, _answer_part),
    "ask_extension": (_Later, _ask_extension),
    "grant_extension": (_Answered, _grant_extension),
    "deny_extension": (_Answered, _deny_extension),
    "apologise": (_Later, _apologise),
    "return_originals": (_Back, _return_originals),
    "correct": (_Reasoned, _correct),
    "revoke_result": (_Revoked, _revoke),
    "ask_obligation": (_Reasoned, _ask_obligation),
    "settle_obligation": (_Reasoned, _settle_obligation),
}


def ask_own_files(papers: Sequence[PaperGiven], *, by: ActorRef) -> None:
    """Return when the sender kept every file it names: an id alone opens nobody's papers. Raises Invalid."""
    named = {paper.file_id for paper in papers if paper.file_id}
    own = files.kept_by(named, by) if named else frozenset()
    faults = {
        f"papers.{paper.code}": _("Không có tệp này trong các tệp đã gửi lên. Hãy gửi tệp rồi nộp lại.")
        for paper in papers
        if paper.file_id and paper.file_id not in own
    }
    if faults:
        raise Invalid(_("Có giấy tờ mà tệp không mở được. Hãy sửa các mục được nêu."), faults=faults)


def do(act: str, *, dossier_id: UUID, body: Mapping[str, Any], by: ActorRef, at: datetime) -> None:
    """Do an act with its JSON body. Signing and sealing need a person and are not here.

    Raises NotFound for an unknown act, Invalid for a body of another shape, and what the act raises.
    """
    if act not in ACTS:
        raise NotFound(_("Không có việc “%(act)s” trên hồ sơ.") % {"act": act}, act=act)
    shape, function = ACTS[act]
    try:
        given = msgspec.convert(dict(body), shape)
    except msgspec.ValidationError as error:
        raise Invalid(
            _("Yêu cầu chưa đúng dạng. Hãy sửa các trường được nêu."), faults={"body": str(error)}
        ) from None
    function(given, dossier_id=dossier_id, by=by, at=at, seen=given.version)
