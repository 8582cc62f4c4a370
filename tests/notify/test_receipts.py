"""Receipts of carriers: signed, once, in any order; whatever else comes is refused and changes nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.notify.support import AT, again, person, phone, tell
from tinhso.dossiers import notices
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.notify import api
from tinhso.notify.models import Attempt, Message, Receipt
from tinhso.notify.operations import receipts

pytestmark = pytest.mark.django_db


def handed_over(state: str = "sent") -> Message:
    """An SMS that provider A was asked to carry."""
    message = tell(person("sms"), phone())["sms"]
    Message.objects.filter(id=message.id).update(
        state=state, provider="sms-a", sent_at=AT if state == "sent" else None
    )
    Attempt.objects.create(message=message, provider="sms-a", asked_at=AT)
    return again(message)


def told(message: Message, status: str, *, key: str = "", at: datetime = AT, **more: str) -> receipts.Told:
    return receipts.Told(
        provider="sms-a",
        key=key or new_id().hex,
        message_key=f"{message.id.hex}-{message.round}",
        status=status,
        occurred_at=at,
        **more,
    )


def post(body: bytes, *, secret: str = "", provider: str = "sms-a", at: datetime | None = None) -> Any:
    known = secret or next(one.secret for one in settings.MESSAGING.sms if one.name == "sms-a")
    stamp = str(int((at or moments.now()).timestamp()))
    signed = hmac.new(known.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return Client().post(
        f"/goi-lai/{provider}/",
        data=body,
        content_type="application/json",
        headers={"x-timestamp": stamp, "x-signature": signed},
    )


def words(message: Message, **changes: object) -> bytes:
    given = {
        "receipt_id": new_id().hex,
        "request_id": f"{message.id.hex}-0",
        "message_id": "a1",
        "status": "delivered",
        "at": moments.now().isoformat(),
    }
    return json.dumps(given | changes).encode()


def test_a_signed_receipt_is_taken_once_and_the_repeat_gets_200() -> None:
    message = handed_over()
    body = words(message)
    first, second = post(body), post(body)

    assert (first.status_code, first.json()) == (200, {"effect": "applied"})
    assert (second.status_code, second.json()) == (200, {"effect": "duplicate"})
    assert again(message).state == "delivered"
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "another"},
        {"provider": "sms-b"},
        {"provider": "sms-zz"},
        {"at": AT - timedelta(days=1)},
        {"at": AT + timedelta(days=900)},
    ],
)
def test_a_forged_or_old_receipt_is_refused_and_logged(
    forged: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    message = handed_over()
    with caplog.at_level(logging.WARNING, logger="tinhso.notify"):
        answer = post(words(message), **forged)

    assert (answer.status_code, answer.json()) == (403, {"error": "forged-receipt"})
    assert "refused" in caplog.text
    assert again(message).state == "sent"
    assert not Receipt.objects.exists()


def test_a_receipt_of_a_message_nobody_knows_is_kept_logged_and_changes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    message = handed_over()
    for request_id in (f"{new_id().hex}-0", "x", f"{message.id.hex}-99999"):
        with caplog.at_level(logging.WARNING, logger="tinhso.notify"):
            answer = post(words(message, request_id=request_id))
        assert (answer.status_code, answer.json()) == (404, {"effect": "unknown"})
    assert "nobody knows" in caplog.text
    assert again(message).state == "sent"


def test_a_provider_says_nothing_of_a_message_it_never_had() -> None:
    message = tell(person("sms"), phone())["sms"]
    assert receipts.take(told(message, "delivered"), at=AT) == "unknown"
    assert again(message).state == "queued"


@pytest.mark.parametrize("order", list(permutations(["sent", "failed", "delivered"])))
def test_the_strongest_word_counts_in_every_order(order: tuple[str, ...]) -> None:
    message = handed_over("queued")
    for status in order:
        receipts.take(told(message, status, reason="no signal" if status == "failed" else ""), at=AT)
    assert (again(message).state, message.error) == ("delivered", "")


@pytest.mark.parametrize("order", [("sent", "failed"), ("failed", "sent")])
def test_a_failure_is_seen_whatever_came_before(order: tuple[str, ...]) -> None:
    message = handed_over("queued")
    for status in order:
        receipts.take(told(message, status, reason="no signal"), at=AT)
    assert again(message).state == "failed"
    assert "no signal" in message.error
    assert message.id in {view.id for view in api.failures()}


def test_after_sending_anew_the_earlier_sending_can_only_say_that_it_arrived() -> None:
    message = handed_over()
    earlier = [told(message, status) for status in ("failed", "sent", "delivered")]
    Message.objects.filter(id=message.id).update(round=1)
    assert [receipts.take(one, at=AT) for one in earlier[:2]] == ["older", "older"]
    assert again(message).state == "sent"
    assert receipts.take(earlier[2], at=AT) == "applied"
    assert again(message).state == "delivered"


@hypothesis(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stream=st.lists(
        st.tuples(st.sampled_from(["sent", "failed", "delivered"]), st.integers(0, 3), st.integers(-9, 9)),
        max_size=8,
    )
)
def test_any_stream_of_receipts_ends_the_same_as_without_its_repeats(
    stream: list[tuple[str, int, int]],
) -> None:
    message = handed_over("queued")
    first = {key: status for status, key, _minutes in reversed(stream)}
    for status, key, minutes in stream:
        at = AT + timedelta(minutes=minutes)
        receipts.take(told(message, status, key=f"{message.id}{key}", at=at), at=AT)

    heard = set(first.values())
    expected = next((word for word in ("delivered", "failed", "sent") if word in heard), "queued")
    assert again(message).state == expected
    assert Receipt.objects.filter(message=message).count() == len(first)
    if expected == "delivered":
        assert message.sent_at is not None
        assert message.delivered_at is not None
        assert message.sent_at <= message.delivered_at


@hypothesis(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
            ),
            max_leaves=6,
        ).map(lambda value: json.dumps(value).encode()),
        st.fixed_dictionaries(
            {},
            optional={
                name: st.text(max_size=12) | st.integers() | st.none()
                for name in ("receipt_id", "request_id", "status", "at", "reason")
            },
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_garbage_under_a_right_signature_is_refused_in_words(body: bytes) -> None:
    answer = post(body)
    assert answer.status_code in (400, 404)
    assert set(answer.json()) <= {"error", "effect"}


def test_a_body_without_end_is_not_read() -> None:
    assert post(b" " * 9000).status_code == 413


def zalo_event(about: Message, *, secret: str = "", **changes: object) -> Any:
    zalo = settings.MESSAGING.zalo
    stamp = str(int(moments.now().timestamp() * 1000))
    body = json.dumps(
        {
            "event_name": "user_received_message",
            "message": {"msg_id": "m1", "tracking_id": f"{about.id.hex}-0"},
            "timestamp": stamp,
        }
        | changes
    )
    mac = hashlib.sha256(f"{zalo.app_id}{body}{stamp}{secret or zalo.secret}".encode()).hexdigest()
    return Client().post(
        "/goi-lai/zalo/",
        data=body,
        content_type="application/json",
        headers={"X-ZEvent-Signature": f"mac={mac}"},
    )


def test_an_event_of_zalo_settles_its_message_once() -> None:
    message = tell(person("zalo"), phone(), template=notices.STOPPED)["zalo"]
    Attempt.objects.create(message=message, provider="zalo", asked_at=AT)

    assert zalo_event(message, secret="other").status_code == 403
    assert again(message).state == "queued"
    assert zalo_event(message).json() == {"effect": "applied"}
    assert zalo_event(message).json() == {"effect": "duplicate"}
    assert again(message).state == "delivered"
    assert zalo_event(message, event_name="follow").json() == {"effect": "ignored"}
    assert zalo_event(message, message=None).status_code == 400
