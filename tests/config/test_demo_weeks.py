"""The demo's weeks: laid by the real acts, in all states, the same again and never twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

import pytest

from tinhso.config import demo
from tinhso.directory import api as directory
from tinhso.directory import demo as places
from tinhso.dossiers import demo_owing, demo_people, demo_weeks, marks
from tinhso.dossiers.contracts import Applicant
from tinhso.dossiers.models import Dossier, HandOver, Result, UsualTime
from tinhso.foundation import moments
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import api as identity
from tinhso.notify.contracts import Channel
from tinhso.notify.models import Message
from tinhso.payments import api as payments

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


def test_a_few_weeks_are_laid_in_many_states_and_a_second_run_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    demo.load(at=AT, say=lambda _words: None)
    payer = identity.find_person(demo_owing.PAYER)
    assert payer
    assert [one.left for one in payments.open_of(OwnerRef("person", payer), at=moments.now())] == [200_000]
    unbilled = Dossier.objects.filter(flags__contains=[marks.UNBILLED]).count()
    demo_owing.load("ubnd-30742", at=AT)
    assert Dossier.objects.filter(flags__contains=[marks.UNBILLED]).count() == unbilled
    before = set(Dossier.objects.values_list("id", flat=True))
    told = Message.objects.exclude(channel=Channel.IN_APP.value)
    already = told.count()
    [(code, _number, often, first), *_others] = demo_weeks.OFFICES
    monkeypatch.setattr(demo_weeks, "OFFICES", [(code, 45, often, first)])
    said: list[str] = []

    demo.fill(at=AT, say=said.append)

    rows = list(Dossier.objects.exclude(id__in=before))
    assert len(rows) + 2 >= 45, "two may bear a name that is there already"
    assert said
    assert said[-1].endswith(f"{len(rows)}/{len(rows)} hồ sơ")
    states = Counter(row.status for row in rows)
    assert states["returned"] > 10
    assert len(states) >= 5
    assert all(row.submitted_at <= row.changed_at <= AT for row in rows)
    assert min(row.submitted_at for row in rows) > AT - timedelta(weeks=demo_weeks.WEEKS, days=3)
    assert told.count() == already, "nobody is told today of what happened weeks ago"
    assert Result.objects.filter(dossier__in=rows, state="sealed").exclude(number="").count() > 10
    assert HandOver.objects.filter(dossier__in=rows, from_holder__isnull=False).count() > len(rows)
    assert UsualTime.objects.exists()

    said.clear()
    demo.fill(at=AT, say=said.append)
    assert Dossier.objects.exclude(id__in=before).count() == len(rows)
    assert said == []


def test_names_come_once_and_are_the_same_at_every_run() -> None:
    places.load(at=AT)
    day = moments.today(AT)
    ward = directory.agency("ubnd-30742", day)

    def some() -> list[Applicant]:
        return list(islice(demo_people.persons(ward, chance=Random("x"), first=300, at=day), 200))

    people = some()
    assert some() == people
    assert len({one.name for one in people}) == len({one.personal_id for one in people}) == 200
    assert all(len(one.personal_id) == 12 and len(one.phone) == 10 for one in people)
    assert all("2000" in one.phone and one.territory for one in people)
