"""Where work goes while an officer is away: new work to the deputy, work already held stays in sight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support import people
from tests.support.office import SENT, filed, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db


def test_a_deputy_gets_new_work_and_sees_and_does_what_the_absent_officer_holds() -> None:
    place = office()
    held = filed(place)
    deputy = people.officer("specialist", place.specialist_unit, name="Đỗ Thị Thay")
    assert place.intake.id
    assert deputy.id
    away: dict[str, Any] = {
        "begins_at": SENT + timedelta(hours=1),
        "ends_at": SENT + timedelta(days=3),
        "by": SYSTEM,
    }
    identity.be_absent(officer_id=place.intake.id, at=SENT, **away)
    identity.delegate(
        delegator_id=place.intake.id,
        deputy_id=deputy.id,
        role=identity.Role.INTAKE_OFFICER,
        unit_id=place.one_stop,
        at=SENT,
        **away,
    )
    at = SENT + timedelta(hours=2)
    new = filed(place, at=at)

    assert Dossier.objects.get(id=new.id).holder == deputy.id
    seen = {task.subject_id: task.holder for task in tasks.mine(holder=deputy.id, at=at)}
    assert seen == {held.id: place.intake.id, new.id: deputy.id}

    intake.accept(dossier_id=held.id, by=deputy, at=at)
    assert held.id not in {task.subject_id for task in tasks.mine(holder=deputy.id, at=at)}
    assert filed(place, at=SENT + timedelta(days=4)).id in {
        task.subject_id for task in tasks.mine(holder=place.intake.id, at=SENT + timedelta(days=4))
    }
