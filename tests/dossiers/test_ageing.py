"""Old drafts: told in time, deleted when over, their files let go; what is saved again lives on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.jobs import forget_old_drafts
from tinhso.dossiers.models import Draft, DraftPaper
from tinhso.dossiers.operations import ageing, drafts
from tinhso.foundation import audit, files, moments
from tinhso.foundation.files.models import KeptFile
from tinhso.foundation.refs import OwnerRef
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KEPT, WARNED = 180 * DAY, 14 * DAY


@pytest.fixture
def place() -> Office:
    return office()


def begun(place: Office) -> Draft:
    assert place.citizen.id is not None
    owner = OwnerRef("person", place.citizen.id)
    id = drafts.start(
        owner=owner, version_id=place.version, agency_id=place.agency, by=place.citizen, at=SENT
    )
    return Draft.objects.get(id=id)


def inbox(place: Office) -> list[str]:
    assert place.citizen.id is not None
    return [message.subject for message in notify.inbox(reader=place.citizen.id)]


def test_the_owner_is_told_once_and_has_two_weeks(place: Office) -> None:
    draft = begun(place)
    assert ageing.warn(at=SENT + KEPT - WARNED - DAY) == 0
    told_at = SENT + KEPT - WARNED

    assert ageing.warn(at=told_at) == 1
    assert ageing.warn(at=told_at + DAY) == 0
    (subject,) = inbox(place)
    assert "sắp bị xóa: Thử nghiệm" in subject

    assert ageing.drop(at=told_at + WARNED - timedelta(seconds=1)) == 0
    assert ageing.drop(at=told_at + WARNED) == 1
    assert not Draft.objects.filter(id=draft.id).exists()
    line = audit.trace("draft", draft.id)[0]
    assert line.act == "dossiers.draft"


def test_a_draft_told_of_late_still_has_its_two_weeks(place: Office) -> None:
    begun(place)
    late = SENT + KEPT + 30 * DAY

    assert ageing.drop(at=late) == 0
    ageing.warn(at=late)
    assert ageing.drop(at=late + WARNED - DAY) == 0
    assert ageing.drop(at=late + WARNED) == 1


def test_a_draft_saved_again_lives_on_and_is_told_of_again(place: Office) -> None:
    draft = begun(place)
    told_at = SENT + KEPT - WARNED
    ageing.warn(at=told_at)
    drafts.place(draft_id=draft.id, agency_id=place.agency, by=place.citizen, at=told_at + DAY)

    assert ageing.drop(at=told_at + WARNED) == 0
    assert ageing.warn(at=told_at + DAY + KEPT - WARNED) == 1


def test_its_files_go_with_a_dropped_draft_and_with_a_discarded_one(place: Office) -> None:
    draft = begun(place)
    for drop in (
        lambda: (ageing.warn(at=SENT + KEPT), ageing.drop(at=SENT + KEPT + WARNED)),
        lambda: drafts.discard(draft_id=begun(place).id, by=place.citizen, at=SENT + DAY),
    ):
        draft = begun(place)
        kept = files.keep(b"x", name="x", by=place.citizen, at=SENT)
        DraftPaper.objects.create(draft=draft, code="don", file_id=kept.id, attached_at=SENT)
        drop()
        assert KeptFile.objects.filter(id=kept.id, loose_since__isnull=False).exists()


def test_a_sent_draft_goes_without_a_word(place: Office) -> None:
    draft = begun(place)
    draft.dossier_id = filed(place).id
    draft.save()
    before = inbox(place)

    assert ageing.warn(at=SENT + KEPT) == 0
    assert ageing.drop(at=SENT + KEPT) == 1
    assert inbox(place) == before


def test_the_nightly_job_does_both(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(place)
    for at in (SENT + KEPT, SENT + KEPT + WARNED):
        monkeypatch.setattr(moments, "now", lambda at=at: at)
        forget_old_drafts()

    assert not Draft.objects.exists()


def test_nobody_was_warned_before_they_saved(place: Office) -> None:
    begun(place)
    with pytest.raises(IntegrityError, match="draft_warned_after_saved"), transaction.atomic():
        Draft.objects.update(warned_at=SENT)
