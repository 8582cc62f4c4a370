"""Deploying processes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max

from tinhso.foundation import transactions
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.workflow.models import ProcessVersion
from tinhso.workflow.reading import read


def deploy(*, key: str, bpmn: str, by: ActorRef, at: datetime) -> UUID:
    """Store a drawing as the next version of `key` and return its id; the same drawing gives the same id.

    Raises UnusableProcess naming every fault.
    """
    reading = read(bpmn)
    digest = hashlib.sha256(bpmn.encode()).digest()
    with transactions.act("workflow.deploy", by=by, at=at) as work:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"workflow:{key}"])
        known = ProcessVersion.objects.filter(key=key, digest=digest).values_list("id", flat=True).first()
        if known:
            work.on = SubjectRef(kind="process", id=known)
            work.record(key=key, unchanged=True)
            return known
        last = ProcessVersion.objects.filter(key=key).aggregate(last=Max("number"))["last"] or 0
        version = ProcessVersion.objects.create(
            key=key, number=last + 1, name=reading.name, bpmn=bpmn, digest=digest, deployed_at=at
        )
        work.on = SubjectRef(kind="process", id=version.id)
        work.record(key=key, number=version.number, sha256=digest.hex())
        return version.id
