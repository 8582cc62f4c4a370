"""Asking a register: may it be asked about whom, the trace first, the question with nothing open, its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.forms import api as forms
from tinhso.foundation import legal, transactions
from tinhso.foundation.errors import Conflict
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.identity import api as identity
from tinhso.registers import transport, whom
from tinhso.registers.contracts import About, NotAnswered, Outcome
from tinhso.registers.models import Question

logger = logging.getLogger(__name__)
FOR_GOOD = (Outcome.ANSWERED, Outcome.UNKNOWN)
GIVEN_UP_AFTER = timedelta(minutes=1)
ACT = "registers.ask"


class Asked(Protocol):
    """A register as it is asked."""

    word: str
    personal: bool

    @property
    def gives(self) -> tuple[forms.Given, ...]:
        """Everything that may be asked of it."""
        ...

    @property
    def name(self) -> str | Promise:
        """What people call it."""
        ...

    def read(
        self, names: Collection[str], whom: About, *, number: UUID, procedure: str, at: datetime
    ) -> dict[str, Any]:
        """Ask under the question's number. Raises NotAnswered."""
        ...


def ask(register: Asked, names: Collection[str], *, about: forms.Filling, at: datetime) -> dict[str, Any]:
    """Facts by the names asked; nothing when the register may not be asked, is being asked, or does not help.

    What was answered for a filing is not asked again, unless `about.anew`.
    """
    target = whom.about(about, personal=register.personal, at=at) if transport.connected() else None
    if target is None or about.by.id is None:
        return {}
    question = _begun(register, names, target, asker=about.by.id, about=about, at=at)
    if question is None:
        return {}
    begun = time.monotonic()
    outcome, found = Outcome.UNREADABLE, {}
    try:
        found = register.read(names, target, number=question.id, procedure=about.procedure, at=at)
        outcome = Outcome.ANSWERED
    except NotAnswered as why:
        logger.warning("register %s: %s", register.word, why)
        outcome = why.outcome
    finally:
        taken = timedelta(seconds=time.monotonic() - begun)
        Question.objects.filter(id=question.id, outcome="").update(outcome=outcome, ended_at=at + taken)
    return found


def _begun(
    register: Asked,
    names: Collection[str],
    target: About,
    *,
    asker: UUID,
    about: forms.Filling,
    at: datetime,
) -> Question | None:
    """The question with its trace, kept before it is asked; None when it is not to be asked now."""
    mine = Question.objects.filter(filing_id=about.filing, register=register.word)
    mine.filter(outcome="", asked_at__lte=at - GIVEN_UP_AFTER).update(outcome=Outcome.UNANSWERED, ended_at=at)
    latest = mine.order_by("-asked_at", "-id").first()
    same = latest is not None and latest.about_id == target.id
    if latest is not None and (
        not latest.outcome or (same and not about.anew and latest.outcome in FOR_GOOD)
    ):
        return None
    lately = Question.objects.filter(asked_by_id=asker, asked_at__gt=at - timedelta(days=1))
    most = legal.integer("register_questions_per_day", on=today(at))
    if lately.values("id")[:most].count() >= most:
        return None
    ground = legal.value("register_grounds", on=today(at))[register.word]
    id = new_id()
    try:
        with transactions.act(
            ACT, by=about.by, at=at, on=SubjectRef("question", id, owner=about.owner)
        ) as work:
            made = Question.objects.create(
                id=id,
                register=register.word,
                filing_id=about.filing,
                procedure=about.procedure,
                about_kind=target.kind,
                about_id=target.id,
                asked_by_id=asker,
                facts=sorted(names),
                ground=ground,
                asked_at=at,
            )
            _trace(register, names, target, asker=asker, about=about, ground=ground, at=at)
            work.record(register=register.word, filing=str(about.filing), facts=sorted(names))
    except Conflict:
        return None
    return made


def _trace(
    register: Asked,
    names: Collection[str],
    target: About,
    *,
    asker: UUID,
    about: forms.Filling,
    ground: str,
    at: datetime,
) -> None:
    """What the person reads in “Ai đã xem dữ liệu của tôi”, in Vietnamese; who files reads it too."""
    with override("vi"):
        labels = [str(one.label) for one in register.gives if one.name in names]
        facts = {
            "register": str(register.name),
            "facts": ", ".join(labels),
            "procedure": about.title,
            "ground": ground,
            "name": target.name,
        }
        own = (
            _("Hỏi %(register)s để điền sẵn tờ khai “%(procedure)s”: %(facts)s. Căn cứ: %(ground)s.") % facts
        )
        others = (
            _(
                "Hỏi %(register)s về %(name)s để điền sẵn tờ khai “%(procedure)s”: %(facts)s."
                " Căn cứ: %(ground)s."
            )
            % facts
        )
        system = ActorRef(kind=ActorKind.SYSTEM, id=None, name=_("Hệ thống dịch vụ công của tỉnh"))
    subject = SubjectRef("draft", about.filing)
    if target.kind == "person":
        identity.look(system, target.id, own, subject, at)
    if asker != target.id:
        identity.look(system, asker, others, subject, at)
