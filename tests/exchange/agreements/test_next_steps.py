"""Each page of an agreement says whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.laid import AT, DAY, Place, ask, opened, stopped, wish
from tinhso.exchange.contracts import AgreementStatus, Side
from tinhso.exchange.models import Terms
from tinhso.exchange.operations import agreements, plans
from tinhso.exchange.queries import next_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def laid() -> Place:
    return laying.place()


def said(id: UUID, at: datetime = AT) -> str:
    row = agreements.held(id)
    waiting = Terms.objects.filter(agreement=row, accepted=None).first()
    stop = stopped(id, at) if row.status == AgreementStatus.ACCEPTED else None
    return next_steps.of(row, stop=stop, waiting=waiting, at=at)


def test_who_asked_waits_for_the_data_owner_by_name(laid: Place) -> None:
    assert "Lê Chủ Dữ Liệu" in said(ask(laid))


def test_other_terms_wait_while_the_first_go_on(laid: Place) -> None:
    id = opened(laid)
    agreements.ask_anew(id, wish(), by=laid.developer, at=AT)
    assert "Đang chạy" in said(id)
    assert "Đề nghị mới chờ Lê Chủ Dữ Liệu" in said(id)


def test_who_was_accepted_waits_for_the_operator(laid: Place) -> None:
    id = ask(laid)
    agreements.accept(id, by=laid.owner, at=AT)
    assert "Chờ người vận hành trục mở kỹ thuật" in said(id)


@pytest.mark.parametrize(
    ("happened", "days", "words"),
    [
        (lambda id, laid: None, 0, "Không ai phải làm gì"),
        (lambda id, laid: None, 100, "xin gia hạn"),
        (
            lambda id, laid: agreements.pause(id, Side.PROVIDER, ground="Lộ", by=laid.owner, at=AT),
            0,
            "Chủ dữ liệu hoặc người vận hành mở lại",
        ),
        (
            lambda id, laid: agreements.pause(id, Side.CONSUMER, ground="Nghỉ", by=laid.developer, at=AT),
            0,
            "Nhà phát triển mở lại",
        ),
        (
            lambda id, laid: plans.publish_conditions(laid.plan, "Mới", by=laid.owner, at=AT),
            60,
            "chấp nhận điều kiện sử dụng bản 2",
        ),
        (
            lambda id, laid: agreements.close(id, ground="Thôi", by=laid.owner, at=AT),
            0,
            "gửi đề nghị mới",
        ),
    ],
)
def test_one_in_force_says_who_may_set_it_going_again(
    laid: Place, happened: Callable[[UUID, Place], object], days: int, words: str
) -> None:
    id = opened(laid)
    happened(id, laid)
    assert words in said(id, AT + timedelta(days=days))


def test_one_refused_or_not_begun_says_so(laid: Place) -> None:
    refused = ask(laid)
    agreements.reject(refused, reason="Thiếu căn cứ", by=laid.owner, at=AT)
    assert "từ chối" in said(refused)
    later = agreements.ask(
        laid.application,
        laid.plan,
        wish(starts_on=DAY + timedelta(days=3)),
        conditions=1,
        by=laid.developer,
        at=AT,
    )
    agreements.accept(later, by=laid.owner, at=AT)
    agreements.enable(later, by=laid.operator, at=AT)
    assert f"{DAY + timedelta(days=3):%d/%m/%Y}" in said(later)
