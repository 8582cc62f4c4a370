"""Publishing a form: judged, numbered, frozen."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson
from django.db import connection
from django.utils.translation import gettext as _

from tinhso.forms.contracts import DefinitionFaulty, FormDefinition, Problem
from tinhso.forms.engine import form as forms
from tinhso.forms.engine.lint import problems
from tinhso.forms.models import FormVersion
from tinhso.foundation import transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef


def examine(definition: dict[str, Any]) -> tuple[FormDefinition | None, tuple[Problem, ...]]:
    """A definition decoded, and what is wrong with it; nothing decoded when it is no definition at all."""
    try:
        decoded = forms.decode(definition)
    except msgspec.ValidationError as fault:
        sentence = _("Mẫu tờ khai sai cấu trúc: %(fault)s.") % {"fault": fault}
        return None, (Problem("not-a-definition", "", sentence),)
    return decoded, problems(decoded)


def unsound(definition: dict[str, Any]) -> tuple[Problem, ...]:
    """What keeps a definition from being published or run; warnings do not. Empty: it is sound."""
    return tuple(problem for problem in examine(definition)[1] if problem.blocks)


def publish(*, code: str, definition: dict[str, Any], by: ActorRef, at: datetime) -> UUID:
    """Publish the next version of the form `code` and return its id.

    The same definition as the latest version is not published again: its id comes back.
    Raises DefinitionFaulty with every problem named, NotAllowed.
    """
    decoded, found = examine(definition)
    if decoded is None or any(problem.blocks for problem in found):
        raise DefinitionFaulty(tuple(problem for problem in found if problem.blocks))
    digest = hashlib.sha256(orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)).digest()
    version = new_id()
    with transactions.act("forms.publish", by=by, at=at, on=SubjectRef(kind="form", id=version)) as work:
        _one_at_a_time(code)
        latest = FormVersion.objects.filter(code=code).order_by("-number").first()
        if latest is not None and bytes(latest.digest) == digest:
            work.record(code=code, number=latest.number, unchanged=True)
            work.on = SubjectRef(kind="form", id=latest.id)
            return latest.id
        made = FormVersion.objects.create(
            id=version,
            code=code,
            number=latest.number + 1 if latest else 1,
            title=decoded.title,
            definition=definition,
            schema=forms.make(decoded).schema,
            digest=digest,
            published_at=at,
            published_by=by.name,
        )
        work.record(code=code, number=made.number, digest=digest.hex())
    return version


def _one_at_a_time(code: str) -> None:
    """Two who publish the same form wait for each other; other forms go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"forms.publish:{code}"])
