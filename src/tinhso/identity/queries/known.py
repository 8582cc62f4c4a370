"""What look-ups of officers and their posts answered; every change of those tables forgets it."""

from __future__ import annotations

from django.db.models.signals import post_delete, post_save

from tinhso.foundation.remembered import Answers
from tinhso.identity.models import Absence, Account, Delegation, Officer, Post

KNOWN = Answers()


def _changed(**_saved: object) -> None:
    KNOWN.changed()


for table in (Absence, Account, Delegation, Officer, Post):
    post_save.connect(_changed, sender=table, dispatch_uid=f"known-{table.__name__}")
    post_delete.connect(_changed, sender=table, dispatch_uid=f"known-{table.__name__}")
