"""What the database refuses of drafts, their parts, and of a version's publisher."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from tests.studio.test_drafts import DAY, fresh
from tests.support import people
from tests.support.people import AT
from tinhso.foundation.ids import new_id
from tinhso.identity import api as identity
from tinhso.procedures.models import ProcedureVersion
from tinhso.studio import api as studio
from tinhso.studio.models import Draft, Part, Revision

pytestmark = pytest.mark.django_db


def refused(constraint: str, row: Model) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)


def open_draft(**said: Any) -> Draft:
    given = {
        "code": f"T.{new_id().hex[-6:]}",
        "title": "x",
        "started_by": "x",
        "started_at": AT,
        "changed_at": AT,
    }
    return Draft(**{**given, **said})


@pytest.mark.parametrize(
    ("constraint", "said"),
    [
        ("draft_code_plain", {"code": "có dấu"}),
        ("draft_state_known", {"state": "lost", "closed_at": AT}),
        ("draft_closed_has_day", {"state": "discarded"}),
        ("draft_closed_has_day", {"closed_at": AT}),
        ("draft_published_has_version", {"state": "published", "closed_at": AT}),
    ],
)
def test_a_draft_that_contradicts_itself_is_refused(constraint: str, said: dict[str, Any]) -> None:
    refused(constraint, open_draft(**said))


def test_a_procedure_has_one_open_draft_and_a_draft_each_part_once() -> None:
    draft, _author = fresh()
    refused("draft_one_open", open_draft(code=Draft.objects.get(id=draft).code))
    refused("part_once", Part(draft_id=draft, name=studio.PartName.FEES, body={}))
    other = open_draft()
    other.save()
    refused("part_known", Part(draft=other, name="soul", body={}))


def test_a_part_has_each_number_once_and_any_number_of_savings_aside() -> None:
    draft, _author = fresh()
    known = Revision.objects.filter(part__draft_id=draft, number=1).first()
    assert known is not None
    again = {"part_id": known.part_id, "number": 1, "body": {}, "by": "x", "at": AT}
    refused("revision_numbered_once", Revision(**again))
    Revision.objects.bulk_create([Revision(**again, aside=True), Revision(**again, aside=True)])


def test_no_row_says_that_an_author_published_own_words() -> None:
    draft, author = fresh()
    other = people.officer(identity.Role.ADMINISTRATOR)
    version = studio.publish(draft_id=draft, effective_from=DAY, by=other, at=AT)
    row = ProcedureVersion.objects.get(id=version)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureVersion.objects.filter(id=version).update(published_by_id=author.id)
    fields = [field.attname for field in row._meta.concrete_fields if not field.generated]
    copied = {name: getattr(row, name) for name in fields}
    own = {"id": new_id(), "number": 99, "published_by_id": row.authors[0]}
    refused("version_not_published_by_its_author", ProcedureVersion(**{**copied, **own}))
