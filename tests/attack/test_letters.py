"""A letter leaves once whatever the clocks and the workers do; words never sent do not stay for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.office import Office, filed, office
from tinhso.dossiers import jobs as ours
from tinhso.dossiers import letters
from tinhso.dossiers.models import ActDraft, Letter
from tinhso.dossiers.operations import ageing
from tinhso.foundation import legal, moments
from tinhso.foundation.ids import new_id
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return office()


def written(place: Office) -> Letter:
    given = filed(place, at=moments.now())
    letters.write(dossier_id=given.id, text="Mời ông đến", by=place.intake, at=moments.now())
    return Letter.objects.get()


def test_a_worker_whose_clock_is_behind_sends_all_the_same(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = written(place)
    monkeypatch.setattr(moments, "now", lambda: letter.leaves_at - timedelta(seconds=2))

    ours.send_letter(letter_id=str(letter.id))
    ours.send_letter(letter_id=str(letter.id))

    assert Letter.objects.get().sent_at == letter.leaves_at
    told = notify.about(kind="dossier", subject_id=letter.dossier_id)
    assert [message.channel for message in told].count(notify.Channel.IN_APP) == 1


def test_a_letter_that_was_erased_meanwhile_is_no_dead_letter(place: Office) -> None:
    ours.send_letter(letter_id=str(new_id()))


def test_what_an_officer_typed_and_left_goes_when_a_draft_would(place: Office) -> None:
    now = moments.now()
    days = legal.integer("draft_kept_days", on=moments.today(now))
    given = filed(place, at=now)
    assert place.intake.id
    for age, slug in ((days + 1, "ghi-chu"), (days - 1, "nhan-tin")):
        ActDraft.objects.create(
            dossier_id=given.id,
            officer=place.intake.id,
            slug=slug,
            fields={"text": "Danh Thị Mai"},
            saved_at=now - timedelta(days=age),
        )

    ageing.drop(at=now)
    assert [one.slug for one in ActDraft.objects.all()] == ["nhan-tin"]
