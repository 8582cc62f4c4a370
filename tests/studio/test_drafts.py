"""Drafts: begun once, saved part by part, two people's changes put together, published by another's eyes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.support import people
from tests.support.people import AT
from tinhso.foundation.ids import new_id
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.procedures.demo import files as demo_files
from tinhso.procedures.models import ProcedureVersion
from tinhso.studio import api as studio
from tinhso.studio.bodies.merging import merge
from tinhso.studio.models import Draft, Part, Revision
from tinhso.studio.operations.drafts import begin
from tinhso.studio.queries.drafts import open_drafts, revisions

NAME = studio.PartName
DAY = date(2026, 12, 1)


def fresh(by: Any = None) -> tuple[UUID, Any]:
    """A draft of a new procedure with a whole description, and its author."""
    author = by or people.officer(identity.Role.SPECIALIST)
    draft = begin(code=f"T.{new_id().hex[-8:]}", title="Thử", by=author, at=AT)
    content = procedures.content_of(demo_files()[0]["content"])
    whole = procedures.encoded(content)
    for part in (NAME.DESCRIPTION, NAME.PAPERS, NAME.FEES):
        body = dict(studio.draft(draft).body(part))
        body |= {name: whole[name] for name in body if name in whole}
        studio.save(draft_id=draft, part=part, body=body, seen=0, by=author, at=AT)
    process = {**studio.draft(draft).body(NAME.PROCESS), "key": "mot-buoc"}
    studio.save(draft_id=draft, part=NAME.PROCESS, body=process, seen=0, by=author, at=AT)
    return draft, author


@pytest.mark.django_db
def test_who_begins_the_same_procedure_twice_finds_the_first_draft() -> None:
    author = people.officer(identity.Role.CLERK)
    first = begin(code="T.1", title="Thử", by=author, at=AT)
    assert begin(code="T.1", title="Khác", by=people.officer(identity.Role.CLERK), at=AT) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(code="T.1", title="x", started_at=AT, changed_at=AT)


@pytest.mark.django_db
def test_two_people_who_change_different_places_both_keep_their_words() -> None:
    draft, author = fresh()
    other = people.officer(identity.Role.SPECIALIST)
    before = studio.draft(draft).parts[NAME.DESCRIPTION]
    mine = {**before.body, "summary": "Của tôi"}
    theirs = {**before.body, "words": ["từ mới"]}
    studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=mine, seen=before.revision, by=author, at=AT)
    revision, kept = studio.save(
        draft_id=draft, part=NAME.DESCRIPTION, body=theirs, seen=before.revision, by=other, at=AT
    )
    assert (kept["summary"], kept["words"], revision) == ("Của tôi", ["từ mới"], before.revision + 2)
    assert studio.draft(draft).authors == {author.id, other.id}


@pytest.mark.django_db
def test_two_people_who_change_the_same_place_lose_nothing() -> None:
    draft, author = fresh()
    before = studio.draft(draft).parts[NAME.DESCRIPTION]
    for word in ("một", "hai"):
        body = {**before.body, "summary": word}
        if word == "một":
            studio.save(
                draft_id=draft, part=NAME.DESCRIPTION, body=body, seen=before.revision, by=author, at=AT
            )
            continue
        with pytest.raises(studio.Clash) as clash:
            studio.save(
                draft_id=draft, part=NAME.DESCRIPTION, body=body, seen=before.revision, by=author, at=AT
            )
    assert clash.value.places == ("summary",)
    assert Revision.objects.get(id=clash.value.kept).body["summary"] == "hai"
    assert studio.draft(draft).body(NAME.DESCRIPTION)["summary"] == "một"
    assert revisions(draft)[0].aside


@pytest.mark.django_db
def test_nobody_publishes_own_words_and_another_does() -> None:
    author = people.officer(roles=[identity.Role.SPECIALIST, identity.Role.ADMINISTRATOR])
    draft, _author = fresh(author)
    with pytest.raises(procedures.OwnWords):
        studio.publish(draft_id=draft, effective_from=DAY, by=author, at=AT)
    other = people.officer(identity.Role.ADMINISTRATOR)
    version = studio.publish(draft_id=draft, effective_from=DAY, by=other, at=AT)
    view = procedures.version(version)
    assert (view.process_key, bool(view.papers), view.effective_from) == ("mot-buoc", True, DAY)
    assert studio.draft(draft).version == version
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureVersion.objects.filter(id=version).update(authors=[other.id])
    again = begin(code=view.code, title="x", by=author, at=AT, base=view)
    assert studio.draft(again).body(NAME.PAPERS) == studio.draft(draft).body(NAME.PAPERS)


@pytest.mark.django_db
def test_a_draft_with_gaps_is_not_published_and_says_why() -> None:
    author, other = people.officer(identity.Role.SPECIALIST), people.officer(identity.Role.ADMINISTRATOR)
    draft = begin(code="T.2", title="Thử", by=author, at=AT)
    with pytest.raises(studio.NotSound) as refused:
        studio.publish(draft_id=draft, effective_from=DAY, by=other, at=AT)
    assert {problem.part for problem in refused.value.problems} >= {
        NAME.DESCRIPTION,
        NAME.PAPERS,
        NAME.PROCESS,
    }


@pytest.mark.django_db
def test_the_database_keeps_a_closed_draft_as_it_is() -> None:
    draft, author = fresh()
    studio.discard(draft_id=draft, by=author, at=AT)
    with pytest.raises(studio.Closed):
        studio.save(draft_id=draft, part=NAME.FEES, body={"fees": []}, seen=1, by=author, at=AT)
    for rows in (Part.objects.filter(draft_id=draft), Draft.objects.filter(id=draft)):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(id=new_id())
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(id=draft).delete()


@pytest.mark.django_db
def test_the_list_of_drafts_asks_once_however_long_it_is() -> None:
    author = people.officer(identity.Role.CLERK)
    for number in range(3):
        begin(code=f"T.{number}", title="Thử", by=author, at=AT)
    with connection.execute_wrapper(lambda run, *given: run(*given)):
        lines = open_drafts()
    following = open_drafts(before=(lines[0].changed_at, lines[0].id))
    assert [line.id for line in following] == [line.id for line in lines[1:]]


LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b"])
MEMBERS = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abcd"), "value": LEAVES}),
    unique_by=lambda member: member["name"],
    max_size=4,
)
BODIES = st.fixed_dictionaries({"fields": MEMBERS, "title": LEAVES, "loose": st.lists(LEAVES, max_size=3)})


@given(BODIES, BODIES)
def test_what_only_one_changed_is_taken_whole(base: dict[str, Any], changed: dict[str, Any]) -> None:
    keys = {"fields": "name"}
    assert merge(base, changed, base, keys).value == changed
    assert merge(base, changed, changed, keys).clashes == []
    theirs = merge(base, base, changed, keys)
    assert (theirs.value, theirs.clashes) == (changed, [])


@given(BODIES, BODIES, BODIES)
def test_nothing_new_is_lost_when_two_changes_meet(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge(base, ours, theirs, {"fields": "name"})
    names = [member["name"] for member in merged.value["fields"]]
    assert len(names) == len(set(names))
    before = {member["name"] for member in base["fields"]}
    for side in (ours, theirs):
        assert {member["name"] for member in side["fields"]} - before <= set(names)
