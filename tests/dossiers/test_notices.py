"""Every notice of the one-stop, filled with the facts of a real dossier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import translation

from tests.support.office import SENT, filed, office
from tinhso.dossiers import deeming_words, notices
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.turning import SUBJECT, Turn
from tinhso.foundation.transactions import Work
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db

LATER = SENT + timedelta(days=3)
TOLD: dict[str, Callable[[Turn], None]] = {
    notices.ACCEPTED: lambda taken: notices.accepted(taken, promised_at=LATER),
    notices.REFUSED: notices.refused,
    notices.SUPPLEMENT: lambda taken: notices.supplement_asked(taken, answer_by=LATER),
    notices.ANSWERED: notices.supplement_answered,
    notices.OBLIGATION: notices.obligation_asked,
    notices.READY: notices.ready,
    notices.HANDED_OVER: notices.handed_over,
    notices.PART: lambda taken: notices.supplement_part(taken, rest=["Đơn"], answer_by=LATER),
    notices.PAUSED: notices.paused,
    notices.RESUMED: lambda taken: notices.resumed(taken, promised_at=LATER),
    notices.APOLOGISED: lambda taken: notices.apologised(
        taken, reason=taken.note, before=SENT, promised_at=LATER
    ),
    notices.CORRECTING: lambda taken: notices.correcting(taken, correcting="H01-260302-0002"),
    notices.REPLACED: lambda taken: notices.replaced(taken, number="02"),
    notices.REVOKED: notices.revoked,
    notices.STOPPED: notices.stopped,
    notices.POSTED: notices.posted,
    notices.FILED_FOR_YOU: lambda taken: notices.filed_for_others(
        taken.dossier, who="Lê Văn Sáu", capacity="Người được ủy quyền", at=taken.at
    ),
    notices.TRANSFERRED: lambda taken: notices.transferred(taken, before="Phòng A", place="Phòng B"),
    notices.LETTER: lambda taken: notices.letter(
        taken.dossier, text=taken.note, author=taken.by.name, at=taken.at
    ),
}


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_notice_reaches_the_applicant_in_the_application_and_by_mail(name: str) -> None:
    place = office()
    dossier = Dossier.objects.get(id=filed(place).id)
    work = Work("dossiers.accept", by=place.leader, at=SENT, on=None, purpose="")
    note = "Thiếu chữ ký\nở trang 2."
    with translation.override("en"):
        TOLD[name](Turn(dossier=dossier, work=work, act="accept", by=place.leader, at=SENT, note=note))

    told = notify.about(kind=SUBJECT, subject_id=dossier.id)
    assert {message.channel for message in told} == {notify.Channel.IN_APP, notify.Channel.MAIL}
    for message in told:
        assert dossier.code in message.subject
        assert message.link == f"/ho-so/{dossier.code}/"
        assert "%" not in message.subject + message.body
    template = next(each for each in notify.declared() if each.name == name)
    if "%(reason)s" in template.body:
        assert note in told[0].body
    if "%(promised)s" in template.body or "%(until)s" in template.body:
        assert "thứ" in told[0].body, "in the reader's language, though the officer works in English"


OF_OFFICERS = {
    f"dossiers.{name}"
    for name in ("given", "taken", "given_many", "taken_many", "stands_in", "away_alone", "with_nobody")
}


def test_no_notice_of_an_applicant_is_left_out_here() -> None:
    declared = {each.name for each in notify.declared() if each.name.startswith("dossiers.")}
    elsewhere = {
        "dossiers.fact_settled",
        "dossiers.fact_reported",
        "dossiers.draft_ending",
        "dossiers.bundle_changed",
        "dossiers.promise_moved",
        "dossiers.held_promises_moved",
        *(name for name in declared if name in OF_OFFICERS),
        "dossiers.extension_asked",
        "dossiers.extension_denied",
        *deeming_words.TO_APPLICANT.values(),
        "dossiers.supplement_soon",
        "dossiers.rebased",
        "dossiers.filled_in",
        "dossiers.paid",
        "dossiers.billed",
        "dossiers.unpaid",
        "dossiers.money_held",
    }
    to_applicants = {name for name in declared - elsewhere if not name.startswith("dossiers.alarm_")}
    assert to_applicants == set(TOLD)
