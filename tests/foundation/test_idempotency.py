from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.foundation import idempotency
from tinhso.foundation.errors import Invalid
from tinhso.foundation.idempotency import Answer
from tinhso.foundation.numbering import take

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def keep(key: str = "k", body: bytes = b"body", answer: Answer | None = None) -> None:
    idempotency.keep(
        scope="test", key=key, body=body, answer=answer or Answer(201, b"first"), at=AT, keep_for=DAY
    )


def test_a_repeat_gets_the_first_answer_to_the_byte() -> None:
    subject = uuid4()
    assert idempotency.seen(scope="test", key="k", body=b"body") is None
    keep(answer=Answer(201, b'{"code": "H01"}\n', subject))

    assert idempotency.seen(scope="test", key="k", body=b"body") == Answer(201, b'{"code": "H01"}\n', subject)


def test_the_same_key_for_another_request_is_refused() -> None:
    keep()
    with pytest.raises(idempotency.KeyReused):
        idempotency.seen(scope="test", key="k", body=b"other")


def test_the_same_key_elsewhere_is_another_key() -> None:
    keep()
    assert idempotency.seen(scope="elsewhere", key="k", body=b"other") is None


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "a\x00b"])
def test_a_key_that_cannot_be_used_is_refused(key: str) -> None:
    with pytest.raises(Invalid):
        idempotency.seen(scope="test", key=key, body=b"")
    with pytest.raises(Invalid):
        keep(key=key)


def test_an_answer_kept_twice_is_noticed() -> None:
    keep()
    with pytest.raises(idempotency.Repeated):
        keep()


def test_keys_are_forgotten_when_their_time_is_over() -> None:
    keep()
    assert idempotency.expire(at=AT + DAY - timedelta(seconds=1)) == 0
    assert idempotency.expire(at=AT + DAY) == 1
    assert idempotency.seen(scope="test", key="k", body=b"other") is None


@pytest.mark.django_db(transaction=True)
def test_of_eight_senders_of_one_request_one_does_it_and_all_get_its_answer() -> None:
    answers: list[tuple[Answer, bool]] = []

    def do() -> Answer:
        with transaction.atomic():
            number = take(scope="once", period="-")
            answer = Answer(201, str(number).encode())
            keep(answer=answer)
        return answer

    def send() -> None:
        try:
            answers.append(idempotency.once(scope="test", key="k", body=b"body", do=do))
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert [answer.response for answer, _repeat in answers] == [b"1"] * 8
    assert sum(not repeat for _answer, repeat in answers) == 1
    with transaction.atomic():
        assert take(scope="once", period="-") == 2


def test_a_request_whose_act_failed_can_be_sent_again() -> None:
    def fail() -> Answer:
        with transaction.atomic():
            keep()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        idempotency.once(scope="test", key="k", body=b"body", do=fail)
    assert idempotency.seen(scope="test", key="k", body=b"body") is None


@pytest.mark.parametrize(
    "change", ["expires_at = at", "status = 99", "status = 600"], ids=["dead at birth", "low", "high"]
)
def test_the_table_refuses_an_answer_that_is_none(change: str) -> None:
    keep()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE foundation_businesskey SET {change}")  # noqa: S608 - fixed texts above


def test_the_statements_for_raw_sql_do_the_same() -> None:
    with connection.cursor() as cursor:
        row = ["test", "k", idempotency.fingerprint(b"body"), 200, b"raw", None, AT, AT + DAY]
        cursor.execute(idempotency.KEEP, row)
    assert idempotency.seen(scope="test", key="k", body=b"body") == Answer(200, b"raw")
