from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import people
from tinhso.foundation import moments
from tinhso.identity.jobs import sweep
from tinhso.identity.models import Attempt, KeptForm, KnownDevice, SignIn

pytestmark = pytest.mark.django_db


def test_the_sweep_drops_what_is_old_and_nothing_else() -> None:
    now = moments.now()
    officer = people.officer()
    people.client(officer)
    people.client(officer, at=now - timedelta(days=401))
    for at in (now, now - timedelta(days=2)):
        Attempt.objects.create(login_hash=b"x", address="203.0.113.1", at=at)
        KeptForm.objects.create(account_id=officer.id, path="/", body=b"x", kept_at=at)
    for secret, at in ((b"new", now), (b"old", now - timedelta(days=401))):
        KnownDevice.objects.create(account_id=officer.id, secret_hash=secret, seen_at=at)
    sweep.function()

    assert [model.objects.count() for model in (SignIn, Attempt, KeptForm, KnownDevice)] == [1, 1, 1, 1]
