"""After a merge every room names the survivor: each column is known, each moves, nothing names the loser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction

from tests.house.rooms import our_models
from tests.payments.laid import charge, collecting
from tests.support import people
from tests.support.appointments import Appointments, appointments
from tests.support.people import AT
from tests.support.two_accounts import World
from tinhso.certification.models import CertifiedCopy
from tinhso.counter.appointment_contracts import Booker
from tinhso.counter.models import Booking
from tinhso.counter.operations import bookings
from tinhso.counter.queries.bookings import open_of
from tinhso.counter.queries.openings import next_free
from tinhso.dossiers import contact
from tinhso.dossiers.models import (
    Bundle,
    Dossier,
    Draft,
    DraftPaper,
    FactReport,
    FiledBy,
    Member,
)
from tinhso.dossiers.operations import drafts as drafting
from tinhso.dossiers.operations.endings import withdraw
from tinhso.exchange.models import Dispute
from tinhso.foundation import crypto, moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.identity import api as identity
from tinhso.identity.merge_contracts import MergeStopped
from tinhso.identity.merging import namings
from tinhso.identity.models import EidLink, Look, Opening, Person, Relation
from tinhso.notify import api as notify
from tinhso.notify.models import Browser, Preference
from tinhso.payments import api as payments
from tinhso.registers.models import Question
from tinhso.vault import api as vault
from tinhso.vault.models import Document, Share, Use

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = {"who": "A", "capacity": "B", "name": "C"}

# Columns that hold ids, and never a person's: by their name, wherever they stand.
NEVER_A_PERSON = {
    "about_id", "agencies", "agency", "agency_id", "agreement_id", "arrival", "asked_unit",
    "booking", "chosen", "collect_id", "document", "draft_file", "edition", "file", "file_id",
    "event_id", "filed_under", "filing_id", "first_id", "from_unit", "last_id", "notice", "pdf_id",
    "relation", "sealed_file", "signed_file",
    "owner_unit_id", "to_unit", "token_id", "unit", "unit_id", "units", "upto", "version", "xml_id",
}  # fmt: skip
OF_OFFICERS = {
    "accepted_by", "agreed_by", "answered_by", "asked_by", "author", "authors", "brought_by_id",
    "by", "by_id", "cashier_id",
    "closed_by", "decided_by", "enabled_by", "entered_by", "from_holder", "given_by", "holder", "made_by_id",
    "officer", "prepared_by", "preparer", "proposed_by", "published_by", "published_by_id", "receiver_id",
    "signing_by", "to_holder", "told_by",
}  # fmt: skip
# What says who did something at its time stays as it was; the others never hold a person.
HISTORY = {
    "exchange.Reminder.subject_id",
    "exchange.Transition.actor_id",
    "exchange.Transition.on_behalf_of",
    "dossiers.Recount.reached",
    "dossiers.Rebasing.reached",
    "search.SearchEntry.id",
    "foundation.AuditChain.subject_id",
    "foundation.AuditEntry.actor_id",
    "foundation.AuditEntry.subject_id",
    "foundation.BusinessKey.subject_id",
    "foundation.PersonKey.person_id",
    "identity.Look.actor_id",
    "identity.Look.subject_id",
    "identity.Opening.subject_id",
    "identity.Merge.loser_id",
    "identity.Merge.survivor_id",
    "identity.Person.merged_into_id",
    "tasks.Task.done_by",
    "tasks.Task.subject_id",
}
# Moved by the ground itself.
GROUND = {
    "foundation.KeptFile.kept_by",
    "foundation.Upload.owner",
    "foundation.PersonKey.opens_for",
}
# Rows that may name the loser afterwards: the trace, the way to the survivor, who did what at its time.
REMAINS = {
    "foundation_businesskey",
    "tasks_task",
    "foundation_auditchain",
    "foundation_auditentry",
    "foundation_personkey",
    "identity_person",
    "identity_merge",
}


def _columns() -> Iterator[tuple[str, str]]:
    """Every column that holds ids and is no key to another table, or a key to a person."""
    for model in our_models():
        for field in model._meta.concrete_fields:
            inner = field.base_field if isinstance(field, ArrayField) else field
            to_person = field.related_model is Person
            if to_person or (isinstance(inner, models.UUIDField) and not field.primary_key):
                yield model._meta.label, field.attname


def test_every_column_that_could_name_a_person_is_known() -> None:
    declared = {name for name, _naming in namings}
    columns = {f"{label}.{name}": name for label, name in _columns()}

    assert declared <= set(columns)
    unknown = {
        column
        for column, name in columns.items()
        if column not in declared | HISTORY | GROUND and name not in NEVER_A_PERSON | OF_OFFICERS
    }
    assert not unknown, "declare it by identity.names_person, or say here why a merge leaves it"


@pytest.mark.django_db
def test_every_column_that_names_persons_follows_a_merge() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_table, trigger_name FROM information_schema.triggers"
            " WHERE trigger_name LIKE 'follows_merge_%'"
        )
        found = set(cursor.fetchall())

    for _name, naming in namings:
        table = naming.model._meta.db_table
        for trigger in (f"follows_merge_{naming.column}", f"follows_merge_{naming.column}_anew"):
            assert (table, trigger) in found
    assert len(found) == 2 * len(list(namings))


@pytest.fixture
def world() -> World:
    return World()


def _booked(place: Appointments, person: UUID, starts_after: datetime) -> Booking:
    """An appointment of somebody signed in."""
    return bookings.book(
        service_id=place.counter.a,
        starts_at=next_free(place.service, at=starts_after, most=1)[0].starts_at,
        who=Booker("Danh Sóc Kha", person=person),
        at=AT,
    )


def test_of_two_appointments_of_one_service_the_first_stays(world: World) -> None:
    loser, survivor = world.ids
    place, other = appointments(at=AT), appointments(at=AT)
    first, elsewhere = _booked(place, loser, AT), _booked(other, loser, AT)
    second = _booked(place, survivor, AT + DAY)
    row = world.merge()

    assert len(row.moved["counter.Booking.person"]) == 2
    assert {view.id for view in open_of(survivor)} == {first.id, elsewhere.id}
    assert {view.name for view in open_of(survivor)} == {"Danh Sóc Kha"}
    second.refresh_from_db()
    assert (second.state, second.reason != "") == ("cancelled", True)
    late = _booked(place, people.person().id or loser, AT)
    Booking.objects.filter(id=first.id).update(state="cancelled", ended_at=AT)
    Booking.objects.filter(id=late.id).update(person=loser)
    late.refresh_from_db()
    assert late.person == survivor


def _everywhere(world: World) -> None:
    """Something of the loser in every column that names persons."""
    loser, survivor = world.ids
    child, agent = (people.person().id for _each in "ab")
    people.client(world.loser, at=AT)
    EidLink.objects.create(issuer="eid", subject="cu", person_id=loser, linked_at=AT)
    for agent_id, person_id in ((loser, child), (agent, loser)):
        Relation.objects.create(
            agent_id=agent_id,
            person_id=person_id,
            capacity=identity.Capacity.WARD,
            agent_name="A",
            name="B",
            origin=identity.Origin.DECLARED,
            made_at=AT,
            made_by="A",
            accepted_at=AT,
            valid_from=moments.today(AT),
            sealed=crypto.seal(agent_id, b'{"name":"B"}'),
        )
    Look.objects.create(at=AT, actor_kind="officer", actor_name="Ai", person_id=loser, purpose="Xem")
    Question.objects.create(
        register="population",
        filing_id=new_id(),
        procedure="1",
        about_kind="person",
        about_id=loser,
        asked_by_id=loser,
        facts=["gender"],
        ground="Luật",
        asked_at=AT,
    )
    Dispute.objects.create(
        person_id=loser,
        entry_key="k",
        receiver_code="GOV/BTP",
        sealed=crypto.seal(loser, b"{}"),
        made_at=AT,
        due_at=AT + DAY,
    )
    Opening.objects.create(
        officer_id=world.one.id,
        agency_id=world.place.agency,
        subject_kind="dossier",
        subject_id=new_id(),
        label="H",
        link="",
        person_id=loser,
        reason="gấp",
        asked_at=AT,
    )
    _booked(appointments(at=AT), loser, AT)
    place = collecting()
    payments.issue(
        payments.About(kind="errand", id=new_id(), code="K1", title="Cấp giấy"),
        [charge()],
        agency=place.agency,
        unit=place.unit,
        payer=payments.Payer(name="Kha", owner_kind="person", owner=loser),
        occasion="intake",
        by=SYSTEM,
        at=AT,
    )
    world.filed(world.loser)
    others = world.filed(people.person())
    Dossier.objects.filter(id=others.id).update(joint=[loser])
    Member.objects.create(
        dossier=others, place=1, person_id=loser, name="Kha", sealed=crypto.seal(loser, b"{}")
    )
    FiledBy.objects.create(dossier=others, capacity="proxy", filer_id=loser, filer_name="Kha")
    Bundle.objects.create(
        code="L1",
        procedure_version_id=world.place.version,
        agency_id=world.place.agency,
        owner_kind="person",
        owner_id=loser,
        via="online",
        sent_at=AT,
    )
    drafting.start(
        owner=OwnerRef("person", loser), version_id=world.place.version, agency_id=None, by=world.loser, at=AT
    )
    for whose, choice in ((loser, "off"), (survivor, "on")):
        FactReport.objects.create(
            person_id=whose,
            procedure_version_id=world.place.version,
            unit_id=world.place.one_stop,
            path="ten",
            label="Tên",
            origin="eid",
            sealed=crypto.seal(whose, b"{}"),
            reported_at=AT,
        )
        Preference.objects.create(
            account_id=whose,
            kind="results",
            channel="sms",
            setting=choice,
            since=AT,
        )
    reader = notify.Recipient(name="Kha", kind="person", id=loser, email="kha@example.vn")
    notify.send(to=reader, template="identity.relation_ended", facts=WORDS, about=None, at=AT)
    Preference.objects.create(account_id=loser, kind="asks", channel="mail", setting="off", since=AT)
    Browser.objects.create(account_id=loser, endpoint_hash=b"1", sealed=crypto.seal(loser, b"{}"), since=AT)
    _in_the_vault(world)


def _in_the_vault(world: World) -> None:
    loser, _survivor = world.ids
    world.document(world.survivor)
    twin = world.document(world.loser)
    world.document(world.loser, sha256="cd" * 32)
    Share.objects.create(
        document_id=twin, owner_id=loser, token_hash=b"1", purpose="Xem", made_at=AT, until=AT + DAY, most=3
    )
    Use.objects.create(owner_id=loser, document_id=twin, title="G", kind="opened", at=AT, who="Ai", why="Xem")
    CertifiedCopy.objects.create(
        code="C1",
        agency_id=world.place.agency,
        unit_id=world.place.one_stop,
        owner_kind="person",
        owner_id=loser,
        requester="Kha",
        kind="bang",
        title="Bằng",
        pages=1,
        fee=0,
        state="drafted",
        draft_file=new_id(),
        frozen=b"1",
        prepared_at=AT,
        prepared_by="Ai",
    )


def test_after_a_merge_nothing_names_the_loser_but_history(world: World) -> None:
    _everywhere(world)
    row = world.merge()

    assert set(row.moved) == {name for name, _naming in namings}, "the loser had something in every column"
    loser, survivor = world.ids
    assert _naming(loser) <= REMAINS
    assert Person.objects.get(id=loser).merged_into_id == survivor


def _naming(person: UUID) -> set[str]:
    """Tables whose rows name a person in any column, ids, lists, JSON and words alike."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {table} AS t WHERE t::text LIKE %s)",  # noqa: S608 - our tables
                [f"%{person}%"],
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_the_survivor_reads_what_was_sealed_for_the_loser(world: World) -> None:
    dossier = world.filed(world.loser)
    world.merge()
    dossier.refresh_from_db()
    _loser, survivor = world.ids

    assert dossier.owner_id == survivor
    assert contact.opened(dossier).email == "kha@example.vn"
    page = people.client(world.survivor).get(f"/ho-so/{dossier.code}/")
    assert page.status_code == 200
    assert dossier.code in page.content.decode()


def test_a_document_of_both_vaults_is_listed_once_and_its_links_go_on(world: World) -> None:
    _in_the_vault(world)
    world.merge()
    owner = OwnerRef("person", world.ids[1])

    assert len(vault.documents(owner)) == 2
    assert Document.objects.filter(owner_id=owner.id, twin=True).count() == 1
    assert Share.objects.get().owner_id == owner.id
    world.document(world.survivor)
    assert len(vault.documents(owner)) == 2


def test_two_drafts_of_one_procedure_become_one_and_lose_nothing(world: World) -> None:
    loser, survivor = world.ids
    made = {}
    for whose, answers, at in (
        (loser, {"ten": "Kha", "noi": "Rạch Giá"}, AT),
        (survivor, {"ten": "Danh Sóc Kha", "noi": ""}, AT + DAY),
    ):
        made[whose] = Draft.objects.create(
            owner_kind="person",
            owner_id=whose,
            procedure_version_id=world.place.version,
            answers=answers,
            started_at=at,
            saved_at=at,
        )
    DraftPaper.objects.create(draft=made[loser], code="don", file_id=new_id(), attached_at=AT)
    world.merge()

    draft = Draft.objects.get()
    assert (draft.id, draft.owner_id) == (made[survivor].id, survivor)
    assert draft.answers == {"ten": "Danh Sóc Kha", "noi": "Rạch Giá"}
    assert draft.papers.get().code == "don"


def test_choices_of_the_account_that_stays_hold(world: World) -> None:
    _everywhere(world)
    world.merge()
    _loser, survivor = world.ids

    held = Preference.objects.filter(account_id=survivor, until=None)
    assert set(held.values_list("kind", "channel", "setting")) == {
        ("results", "sms", "on"),
        ("asks", "mail", "off"),
    }


def test_two_who_apply_together_are_two(world: World) -> None:
    loser, survivor = world.ids
    dossier = world.filed(world.survivor)
    Dossier.objects.filter(id=dossier.id).update(joint=[loser])
    Member.objects.create(dossier=dossier, place=1, person_id=loser, name="K", sealed=b"")

    with pytest.raises(MergeStopped, match=dossier.code):
        world.propose()
    withdraw(dossier_id=dossier.id, by=world.survivor, at=AT)
    world.merge()
    dossier.refresh_from_db()
    assert (dossier.owner_id, dossier.joint) == (survivor, [])
    assert not Member.objects.exists()


def test_what_was_filed_by_a_relation_follows_its_twin(world: World) -> None:
    child = people.person().id
    made = [
        Relation.objects.create(
            agent_id=agent,
            person_id=child,
            capacity=identity.Capacity.CHILD,
            agent_name="A",
            name="B",
            origin=identity.Origin.DECLARED,
            made_at=AT,
            made_by="A",
            accepted_at=AT,
            valid_from=moments.today(AT),
        ).id
        for agent in world.ids
    ]
    dossier = world.filed(people.person())
    Dossier.objects.filter(id=dossier.id).update(filed_under=made[0])
    world.merge()
    dossier.refresh_from_db()

    assert dossier.filed_under == made[1]


def test_a_list_written_for_the_loser_afterwards_names_the_survivor(world: World) -> None:
    world.merge()
    loser, survivor = world.ids
    dossier = world.filed(people.person())
    other = people.person().id
    Dossier.objects.filter(id=dossier.id).update(joint=[other, loser])
    dossier.refresh_from_db()

    assert dossier.joint == [other, survivor]


def test_a_link_goes_only_where_its_document_is(world: World) -> None:
    _in_the_vault(world)
    stranger = people.person().id
    with pytest.raises(Exception, match="opened wider"), transaction.atomic():
        Share.objects.update(owner_id=stranger)
    with pytest.raises(Exception, match="vault_document_kept_once"), transaction.atomic():
        row = Document.objects.filter(owner_id=world.ids[1]).get()
        row.pk = new_id()
        row.save(force_insert=True)
