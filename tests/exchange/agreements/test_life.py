"""Any walk through the life of an agreement: a small model, the tables and the guards say the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.exchange.agreements.laid import AT, DAY, Place, ask, place, row, wish
from tinhso.exchange.contracts import AgreementStatus, PlanStatus, Side
from tinhso.exchange.guards import standing
from tinhso.exchange.models import Agreement, Right, State, Terms, Transition
from tinhso.exchange.operations import agreements, history, plans, reminding
from tinhso.exchange.queries import standings
from tinhso.foundation.errors import Unable
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import ActorRef

LAST = DAY + timedelta(days=99)


def refused(act: Callable[[], object]) -> bool:
    """Whether it could not be done."""
    try:
        act()
    except Unable:
        return True
    return False


class Life(RuleBasedStateMachine):
    """One agreement in the hands of its three officers and of the clock."""

    laid: Place

    def __init__(self) -> None:
        super().__init__()
        self.alone = transaction.atomic()
        self.alone.__enter__()
        self.at = AT
        self.id: UUID | None = None
        self.status = ""
        self.enabled = False
        self.paused = {Side.PROVIDER: False, Side.CONSUMER: False}
        self.ends = LAST
        self.waiting = LAST
        self.open_terms = False
        self.plan = PlanStatus.PUBLISHED
        self.conditions = self.accepted = 1
        self.due = AT
        self.steps = 0
        self.laid = place(code=f"dv-{new_id().hex[-8:]}", client=f"VN-DEMO/COM/X/{new_id().hex[-8:]}")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.alone.__exit__(None, None, None)

    def live(self) -> bool:
        return self.status in (AgreementStatus.PENDING, AgreementStatus.ACCEPTED)

    def stands(self) -> bool:
        return self.status == AgreementStatus.ACCEPTED

    def tried(self, may: bool, act: Callable[[], object]) -> bool:
        """Do it and see that it could be done exactly when the model says so; a step is followed by all."""
        before = State.objects.get(id=1).revision
        assert refused(act) is not may
        if may:
            self.steps += 1
            assert State.objects.get(id=1).revision > before
        return may

    @rule()
    def the_developer_asks(self) -> None:
        may = not self.live() and self.plan is PlanStatus.PUBLISHED and today(self.at) <= LAST

        def act() -> None:
            made = ask(self.laid, at=self.at, conditions=self.conditions)
            self.id, self.steps = made, 0

        begins = today(self.at) <= DAY
        if self.tried(may and begins, act):
            self.status, self.enabled, self.open_terms = AgreementStatus.PENDING, False, True
            self.paused = {Side.PROVIDER: False, Side.CONSUMER: False}
            self.waiting = self.ends = LAST
            self.accepted = self.conditions

    @precondition(lambda self: self.id)
    @rule()
    def the_developer_asks_for_a_renewal(self) -> None:
        longer = max(self.ends, today(self.at)) + timedelta(days=50)
        begins = longer - timedelta(days=60)
        may = self.stands() and not self.open_terms and self.plan is not PlanStatus.CLOSED
        may = may and begins <= today(self.at)
        terms = wish(begins, longer)
        if self.tried(
            may, lambda: agreements.ask_anew(self.known, terms, by=self.laid.developer, at=self.at)
        ):
            self.open_terms, self.waiting = True, longer

    @precondition(lambda self: self.id)
    @rule()
    def the_owner_accepts(self) -> None:
        if self.tried(self.open_terms, lambda: agreements.accept(self.known, by=self.laid.owner, at=self.at)):
            self.status, self.ends, self.open_terms = AgreementStatus.ACCEPTED, self.waiting, False

    @precondition(lambda self: self.id)
    @rule()
    def the_owner_refuses(self) -> None:
        if self.tried(
            self.open_terms,
            lambda: agreements.reject(self.known, reason="Thiếu căn cứ", by=self.laid.owner, at=self.at),
        ):
            self.open_terms = False
            if self.status == AgreementStatus.PENDING:
                self.status = AgreementStatus.REJECTED

    @precondition(lambda self: self.id)
    @rule()
    def the_operator_opens(self) -> None:
        may = self.stands() and not self.enabled
        if self.tried(may, lambda: agreements.enable(self.known, by=self.laid.operator, at=self.at)):
            self.enabled = True

    def side(self, side: Side) -> ActorRef:
        return self.laid.owner if side is Side.PROVIDER else self.laid.developer

    def pause(self, side: Side) -> None:
        may = self.stands() and not self.paused[side]
        by = self.side(side)
        if self.tried(may, lambda: agreements.pause(self.known, side, ground="Sự cố", by=by, at=self.at)):
            self.paused[side] = True

    def resume(self, side: Side) -> None:
        may = self.stands() and self.paused[side]
        by = self.side(side)
        if self.tried(may, lambda: agreements.resume(self.known, side, by=by, at=self.at)):
            self.paused[side] = False

    @precondition(lambda self: self.id)
    @rule()
    def the_provider_pauses(self) -> None:
        self.pause(Side.PROVIDER)

    @precondition(lambda self: self.id)
    @rule()
    def the_consumer_pauses(self) -> None:
        self.pause(Side.CONSUMER)

    @precondition(lambda self: self.id)
    @rule()
    def the_provider_resumes(self) -> None:
        self.resume(Side.PROVIDER)

    @precondition(lambda self: self.id)
    @rule()
    def the_consumer_resumes(self) -> None:
        self.resume(Side.CONSUMER)

    @rule()
    def the_owner_publishes_conditions(self) -> None:
        if self.plan is PlanStatus.CLOSED or self.conditions > self.accepted:
            return
        plans.publish_conditions(self.laid.plan, "Bản mới", by=self.laid.owner, at=self.at)
        self.conditions += 1
        self.due = midnight(today(self.at) + timedelta(days=31))

    @precondition(lambda self: self.id)
    @rule()
    def the_developer_accepts_conditions(self) -> None:
        may = self.live() and self.accepted < self.conditions
        newest = self.conditions
        if self.tried(
            may,
            lambda: agreements.accept_conditions(self.known, newest, by=self.laid.developer, at=self.at),
        ):
            self.accepted = newest

    @precondition(lambda self: self.id)
    @rule()
    def a_side_closes(self) -> None:
        if self.tried(
            self.live(),
            lambda: agreements.close(self.known, ground="Hết", by=self.laid.developer, at=self.at),
        ):
            self.status, self.open_terms = AgreementStatus.CLOSED, False

    @rule()
    def the_plan_takes_nobody_new(self) -> None:
        may = self.plan is PlanStatus.PUBLISHED
        assert refused(lambda: plans.deprecate(self.laid.plan, by=self.laid.owner, at=self.at)) is not may
        if may:
            self.plan = PlanStatus.DEPRECATED

    @rule()
    def time_passes(self) -> None:
        self.at += timedelta(days=17)
        lapsed = reminding.lapse(at=self.at)
        ended = reminding.end_over(at=self.at)
        self.steps += lapsed + ended
        over = self.stands() and today(self.at) > self.ends and not self.open_terms
        assert bool(ended) is over
        if over:
            self.status = AgreementStatus.CLOSED

    @property
    def known(self) -> UUID:
        assert self.id
        return self.id

    @invariant()
    def the_guards_pass_exactly_what_the_model_passes(self) -> None:
        found = standings.of([self.id] if self.id else [])
        if self.id is None or not self.stands():
            assert self.id not in found
            return
        passes = (
            self.enabled
            and not any(self.paused.values())
            and self.at < midnight(self.ends + timedelta(days=1))
            and (self.accepted == self.conditions or self.at < self.due)
        )
        in_time = found[self.id].starts_on <= today(self.at)
        assert (standing.stopped(found[self.id], self.at) is None) is (passes and in_time)

    @invariant()
    def the_tables_say_the_same(self) -> None:
        if self.id is None:
            return
        kept = row(self.id)
        assert kept.status == self.status
        assert (kept.enabled_at is not None) is self.enabled
        assert Terms.objects.filter(agreement=self.id, accepted=None).exists() is self.open_terms
        rights = Right.objects.filter(agreement_id=self.id, ended_at=None).exists()
        assert rights is (self.enabled and self.stands())
        assert history.whole(self.id)
        assert Transition.objects.filter(agreement=self.id).count() == self.steps
        assert Agreement.objects.filter(application=self.laid.application, status__in=LIVE).count() <= 1


LIVE = [AgreementStatus.PENDING, AgreementStatus.ACCEPTED]


@pytest.mark.django_db
def test_any_walk_through_the_life_of_an_agreement() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
