"""Every branch of the one place that judges acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.people import AT
from tinhso.foundation import acts, transactions
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import NOBODY, SYSTEM, ActorRef, OwnerRef, SubjectRef
from tinhso.identity import api
from tinhso.identity.authorisation import grants

pytestmark = pytest.mark.django_db
NAMES = ("unit", "agency", "province", "own", "file", "held", "secret", "nobody")


@pytest.fixture(autouse=True)
def _table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "_table", type(grants._table)(list, grants._table))
    for name in NAMES:
        acts.declare(f"trial.{name}", f"Thử {name}")
    api.grant("trial.unit", roles=["specialist"], scope="unit")
    api.grant("trial.agency", roles=["leader", "clerk"], scope="agency")
    api.grant("trial.province", roles=[api.Role.SUPERVISOR], scope="province")
    api.grant("trial.own", owner=True)
    api.grant("trial.file", person=True)
    api.grant("trial.held", roles=["specialist"], handler=True)
    api.grant("trial.secret", roles=["specialist"], classifications=["ordinary"])
    api.grant("trial.secret", owner=True, classifications=["ordinary"])


def dossier(*units: UUID, **more: object) -> SubjectRef:
    return replace(SubjectRef("dossier", new_id(), units=units), **more)  # type: ignore[arg-type]


def test_the_system_may_do_everything_and_nobody_nothing() -> None:
    assert api.can(SYSTEM, "trial.nobody", dossier(), AT)
    assert not api.can(NOBODY, "trial.own", dossier(), AT)


def test_what_nobody_granted_is_denied() -> None:
    place = people.unit()
    for role in api.Role:
        assert not api.can(people.officer(role, place), "trial.nobody", dossier(place), AT)
    assert not api.can(people.officer(), "never.declared", None, AT)


def test_a_role_reaches_its_own_unit_only() -> None:
    agency = people.agency()
    mine, beside, elsewhere = people.unit(agency), people.unit(agency), people.unit()
    actor = people.officer("specialist", mine)

    assert api.can(actor, "trial.unit", dossier(mine), AT)
    assert api.can(actor, "trial.unit", dossier(elsewhere, mine), AT)
    assert not api.can(actor, "trial.unit", dossier(beside), AT)
    assert not api.can(actor, "trial.unit", dossier(elsewhere), AT)
    assert not api.can(actor, "trial.unit", dossier(), AT)


def test_a_role_with_agency_scope_reaches_the_units_beside() -> None:
    agency = people.agency()
    mine, beside, elsewhere = people.unit(agency), people.unit(agency), people.unit()
    actor = people.officer("leader", mine)

    assert api.can(actor, "trial.agency", dossier(beside), AT)
    assert not api.can(actor, "trial.agency", dossier(elsewhere), AT)
    assert not api.can(people.officer("specialist", mine), "trial.agency", dossier(mine), AT)


def test_a_role_with_province_scope_reaches_everything() -> None:
    actor = people.officer("supervisor")

    assert api.can(actor, "trial.province", dossier(people.unit()), AT)
    assert not api.can(people.officer("leader"), "trial.province", dossier(people.unit()), AT)


def test_an_act_without_subject_asks_for_the_role_anywhere() -> None:
    assert api.can(people.officer("specialist"), "trial.unit", None, AT)
    assert not api.can(people.officer("clerk"), "trial.unit", None, AT)


def test_a_subject_somebody_holds_is_for_that_officer() -> None:
    place = people.unit()
    holder, colleague = people.officer("specialist", place), people.officer("specialist", place)
    assert holder.id
    held = dossier(place, handlers=(holder.id,))

    assert api.can(holder, "trial.held", held, AT)
    assert not api.can(colleague, "trial.held", held, AT)
    assert api.can(colleague, "trial.held", dossier(place), AT)


def test_a_person_reaches_what_is_theirs_only() -> None:
    owner, stranger = people.person(), people.person()
    assert owner.id
    theirs = dossier(owner=OwnerRef("person", owner.id))

    assert api.can(owner, "trial.own", theirs, AT)
    assert not api.can(stranger, "trial.own", theirs, AT)
    assert not api.can(owner, "trial.own", dossier(), AT)
    assert not api.can(owner, "trial.own", None, AT)
    assert not api.can(people.officer(), "trial.own", theirs, AT)
    assert not api.can(owner, "trial.own", dossier(owner=OwnerRef("household", owner.id)), AT)


def test_a_person_speaks_for_their_organisation_while_they_represent_it() -> None:
    speaker, stranger = people.person(), people.person()
    assert speaker.id
    company = api.register_organisation(tax_code="1702456797", name="Công ty Thử", by=SYSTEM, at=AT)
    api.represent(person_id=speaker.id, organisation_id=company, by=SYSTEM, at=AT)
    theirs = dossier(owner=OwnerRef("organisation", company))

    assert api.can(speaker, "trial.own", theirs, AT)
    assert not api.can(speaker, "trial.own", theirs, AT - timedelta(days=2))
    assert not api.can(stranger, "trial.own", theirs, AT)


def test_any_person_may_begin_what_has_no_subject_yet() -> None:
    assert api.can(people.person(), "trial.file", None, AT)
    assert not api.can(people.person(), "trial.file", dossier(), AT)
    assert not api.can(people.officer(), "trial.file", None, AT)


def test_a_line_may_be_limited_to_classes_of_subjects() -> None:
    place = people.unit()
    owner = people.person()
    assert owner.id
    secret = dossier(place, owner=OwnerRef("person", owner.id), classification="secret")

    assert not api.can(people.officer("specialist", place), "trial.secret", secret, AT)
    assert not api.can(owner, "trial.secret", secret, AT)
    assert api.can(owner, "trial.secret", replace(secret, classification="ordinary"), AT)


def test_a_machine_does_what_its_token_names_in_its_agency() -> None:
    agency = people.agency()
    inside, outside = people.unit(agency), people.unit()
    free, _secret = people.token(["trial.unit"])
    bound, _secret = people.token(["trial.*"], agency)

    assert api.can(free, "trial.unit", dossier(outside), AT)
    assert not api.can(free, "trial.agency", dossier(outside), AT)
    assert api.can(bound, "trial.agency", dossier(inside), AT)
    assert not api.can(bound, "trial.agency", dossier(outside), AT)
    assert not api.can(bound, "trial.agency", None, AT)
    assert api.agency_of_machine(bound.id, AT) == agency
    assert api.agency_of_machine(free.id, AT) is None
    assert api.agency_of_machine(None, AT) is None
    assert free.id
    api.revoke_token(token_id=free.id, by=SYSTEM, at=AT)
    assert not api.can(free, "trial.unit", dossier(outside), AT)


def test_a_post_counts_on_its_days_only() -> None:
    place = people.unit()
    actor = people.officer("clerk", place)
    assert actor.id
    post = api.give_post(
        officer_id=actor.id,
        role=api.Role.SPECIALIST,
        unit_id=place,
        valid_from=date(2026, 12, 1),
        by=SYSTEM,
        at=AT,
    )
    before, after = AT, AT + timedelta(days=10)
    assert not api.can(actor, "trial.unit", dossier(place), before)
    assert api.can(actor, "trial.unit", dossier(place), after)

    api.end_post(post_id=post, on=date(2026, 12, 3), by=SYSTEM, at=AT)
    assert not api.can(actor, "trial.unit", dossier(place), after)


def test_a_closed_account_can_nothing() -> None:
    place = people.unit()
    actor = people.officer("specialist", place)
    assert actor.id
    api.deactivate(officer_id=actor.id, by=SYSTEM, at=AT)

    assert not api.can(actor, "trial.unit", dossier(place), AT)
    assert api.holders(role="specialist", unit=place, at=AT) == ()


def delegated(leader: ActorRef, deputy: ActorRef, place: UUID) -> UUID:
    assert leader.id
    assert deputy.id
    return api.delegate(
        delegator_id=leader.id,
        deputy_id=deputy.id,
        role=api.Role.LEADER,
        unit_id=place,
        begins_at=AT,
        ends_at=AT + timedelta(days=3),
        by=SYSTEM,
        at=AT,
    )


def test_a_deputy_acts_on_behalf_for_as_long_as_the_delegation_lasts() -> None:
    place = people.unit()
    leader, deputy = people.officer("leader", place), people.officer("specialist", place)
    subject = dossier(place)
    assert api.acting_as(deputy, "trial.agency", subject, AT) is None
    delegation = delegated(leader, deputy, place)

    acting = api.acting_as(deputy, "trial.agency", subject, AT)
    assert acting == replace(deputy, on_behalf_of=leader.id)
    assert not api.can(deputy, "trial.agency", subject, AT - timedelta(minutes=1))
    assert not api.can(deputy, "trial.agency", subject, AT + timedelta(days=3))
    assert not api.can(replace(deputy, on_behalf_of=new_id()), "trial.agency", subject, AT)
    assert not api.can(replace(deputy, on_behalf_of=leader.id), "trial.unit", subject, AT)

    later = AT + timedelta(hours=1)
    api.end_delegation(delegation_id=delegation, by=SYSTEM, at=later)
    assert not api.can(deputy, "trial.agency", subject, later)


def test_a_delegation_dies_with_the_delegators_post() -> None:
    place = people.unit()
    leader, deputy = people.officer("leader", place), people.officer("specialist", place)
    delegated(leader, deputy, place)
    tomorrow = AT + timedelta(days=1)
    assert api.can(deputy, "trial.agency", dossier(place), tomorrow)
    from_post = api.officer(leader.id, AT).posts[0] if leader.id else None
    assert from_post
    _end_all_posts(leader, date(2026, 11, 25))

    assert not api.can(deputy, "trial.agency", dossier(place), tomorrow)


def _end_all_posts(actor: ActorRef, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_post SET valid_to = %s WHERE officer_id = %s", [day, actor.id])


def test_work_passes_by_the_absent_and_reaches_their_deputy() -> None:
    place = people.unit()
    leader, deputy = people.officer("leader", place), people.officer("specialist", place)
    assert leader.id
    assert deputy.id
    assert api.holders(role="leader", unit=place, at=AT) == (leader.id,)

    api.be_absent(officer_id=leader.id, begins_at=AT, ends_at=AT + timedelta(days=2), by=SYSTEM, at=AT)
    assert api.holders(role="leader", unit=place, at=AT) == ()

    delegated(leader, deputy, place)
    assert api.holders(role="leader", unit=place, at=AT) == (deputy.id,)
    assert set(api.holders(role="leader", unit=[place], at=AT + timedelta(days=2))) == {leader.id, deputy.id}

    api.be_absent(officer_id=deputy.id, begins_at=AT, ends_at=AT + timedelta(days=1), by=SYSTEM, at=AT)
    assert api.holders(role="leader", unit=place, at=AT) == ()


def test_nobody_hands_on_what_they_do_not_hold() -> None:
    place = people.unit()
    with pytest.raises(Exception, match="đang giữ"):
        delegated(people.officer("clerk", place), people.officer("specialist", place), place)


def test_an_act_not_allowed_says_which_and_changes_nothing() -> None:
    actor = people.officer("clerk")
    with (
        pytest.raises(NotAllowed, match="Thử unit"),
        transactions.act("trial.unit", by=actor, at=AT, on=dossier()),
    ):
        pytest.fail("the act began")


def test_a_judgement_costs_one_query() -> None:
    place = people.unit()
    actor = people.officer("specialist", place)
    with CaptureQueriesContext(connection) as queries:
        assert api.can(actor, "trial.unit", dossier(place), AT)
    assert len(queries) == 1


def test_a_line_that_allows_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="allows nobody"):
        api.grant("trial.unit")
    with pytest.raises(ValueError, match="not a valid Role"):
        api.grant("trial.unit", roles=["king"])


def test_every_granted_act_is_declared() -> None:
    assert [name for name in api.grants() if name not in acts.acts] == []
