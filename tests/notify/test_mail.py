"""A mail from the act that writes it to a real mail server, and every way in which it may fail."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage as Outgoing
from django.db import connection, transaction
from django.utils import translation

from tests.notify.conftest import Server
from tests.support import people
from tinhso.dossiers import notices
from tinhso.foundation import crypto, jobs
from tinhso.foundation.ids import new_id
from tinhso.foundation.jobs.models import DeadLetter
from tinhso.foundation.refs import SYSTEM, SubjectRef
from tinhso.identity import api as identity
from tinhso.notify import api, delivery
from tinhso.notify.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ADDRESS = "kha.danh@example.vn"
HELLO = api.declare("test.hello", subject="Chào %(name)s", body="Hồ sơ của %(name)s.\nXin đọc.")


def sent(*, name: str = "Danh Sóc Kha", to: UUID | None = None, address: str = ADDRESS) -> Message:
    """One mail, queued."""
    with transaction.atomic():
        ids = api.send(
            to=api.Recipient(name=name, kind="person" if to else "", id=to, email=address),
            template=HELLO,
            facts={"name": name},
            about=SubjectRef("test", new_id()),
            link="/ho-so/H01-1/",
            at=AT,
        )
    return Message.objects.get(id=ids[-1])


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_a_mail_arrives_with_its_words_link_and_a_message_id_of_ours(server: Server) -> None:
    message = sent()
    jobs.run_until_empty()

    (mail,) = server.mails
    assert mail["Subject"] == "Chào Danh Sóc Kha"
    assert mail["Message-ID"].startswith(f"<{message.id}@")
    assert mail["To"] == ADDRESS
    text = mail.get_content()
    assert "Hồ sơ của Danh Sóc Kha." in text
    assert "/ho-so/H01-1/" in text
    message = again(message)
    assert (message.state, message.error) == ("sent", "")
    assert message.sent_at is not None


def test_nothing_leaves_when_the_act_is_rolled_back(server: Server) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        sent()
        raise ZeroDivisionError

    assert jobs.run_until_empty() == 0
    assert server.mails == []


def test_the_address_is_nowhere_in_clear(server: Server) -> None:
    server.rcpt = f"451 try {ADDRESS} later"
    message = sent()
    jobs.run_until_empty(waits=False)

    row = again(message)
    assert ADDRESS.encode() not in bytes(row.address or b"")
    assert row.seal_key is not None
    assert crypto.unseal(row.seal_key, bytes(row.address or b"")).decode() == ADDRESS
    (letter,) = DeadLetter.objects.all()
    assert ADDRESS not in row.error + letter.error + str(letter.arguments)


def test_a_mail_that_fails_is_tried_again_with_growing_waits_then_seen_and_sent_from_its_letter(
    server: Server,
) -> None:
    server.data = "451 come back later"
    message = sent()
    assert jobs.run_until_empty() == 1
    assert again(message).state == "queued"
    assert api.failures() == ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at - now() FROM procrastinate_jobs WHERE status = 'todo'")
        assert timedelta(seconds=5) < cursor.fetchone()[0] < timedelta(seconds=15)

    assert jobs.run_until_empty(waits=False) == delivery.RETRY.tries - 1

    (failure,) = api.failures()
    assert (failure.id, failure.tries, failure.recipient) == (message.id, 6, "Danh Sóc Kha")
    assert "come back later" in failure.error
    assert message.about_id is not None
    (told,) = api.about(kind="test", subject_id=message.about_id)
    assert told.state is api.State.FAILED

    server.data = ""
    (letter,) = jobs.dead_letters(owner="administrator")
    jobs.retry(letter.id, by=SYSTEM, at=AT)
    jobs.run_until_empty()

    assert len(server.mails) == 1
    assert (again(message).state, message.error) == ("sent", "")
    assert api.failures() == ()


def test_a_server_that_is_away_is_a_failure_like_any_other(server: Server, settings: LazySettings) -> None:
    settings.EMAIL_PORT = 1
    message = sent()
    jobs.run_until_empty(waits=False)

    assert again(message).state == "failed"
    assert "ConnectionRefused" in message.error


def test_an_address_that_the_server_does_not_know_is_not_tried_again(server: Server) -> None:
    server.rcpt = "550 no such mailbox"
    message = sent()
    jobs.run_until_empty(waits=False)

    assert server.asked == 1
    assert again(message).state == "failed"
    assert "no such mailbox" in message.error
    assert len(jobs.dead_letters()) == 1


def test_a_job_that_runs_again_after_the_mail_was_marked_sends_nothing(server: Server) -> None:
    message = sent()
    jobs.run_until_empty()
    delivery.deliver(message_id=message.id, at=AT)

    assert len(server.mails) == 1


def test_a_crash_between_send_and_mark_sends_again_under_the_same_message_id(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = sent()
    with monkeypatch.context() as dying:
        dying.setattr(delivery, "_note", lambda *_args, **_kwargs: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            delivery.deliver(message_id=message.id, at=AT)
    delivery.deliver(message_id=message.id, at=AT)

    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert len(server.mails) == 2
    assert (again(message).state, message.tries) == ("sent", 2)


def test_two_workers_on_one_message_send_it_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    message = sent()
    claim = delivery._claimed

    def another_was_quicker(row: Message) -> bool:
        monkeypatch.setattr(delivery, "_claimed", claim)
        delivery.deliver(message_id=message.id, at=AT)
        return claim(row)

    monkeypatch.setattr(delivery, "_claimed", another_was_quicker)
    delivery.deliver(message_id=message.id, at=AT)

    assert len(server.mails) == 1
    assert again(message).state == "sent"


def test_to_an_erased_person_nothing_leaves_and_the_message_says_so(server: Server) -> None:
    person = people.person("Thị Sà Rinh")
    assert person.id is not None
    message = sent(to=person.id)
    identity.erase(person_id=person.id, by=SYSTEM, at=AT)
    jobs.run_until_empty()

    assert server.asked == 0
    assert (again(message).state, message.recipient_name) == ("dropped", "")
    assert message.error
    assert jobs.dead_letters() == ()
    assert again(sent(to=person.id)).state == "dropped"


def test_a_key_destroyed_while_the_mail_waited_drops_it_too(server: Server) -> None:
    message = sent()
    assert message.seal_key
    assert message.seal_key == message.about_id, "without an account the subject's key seals"
    crypto.erase(message.seal_key, at=AT)
    jobs.run_until_empty()

    assert server.asked == 0
    assert again(message).state == "dropped"


@pytest.mark.parametrize(
    "name", ["An\r\nBcc: all@example.vn", "An\nX-Evil: 1\n\nbody", "An\u2028Bcc: x@y.vn", "An\x00\x0b"]
)
def test_no_name_makes_a_header(server: Server, name: str) -> None:
    message = sent(name=name)
    jobs.run_until_empty()

    (mail,) = server.mails
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert server.envelopes[0].rcpt_tos == [ADDRESS]
    assert mail["Subject"].startswith("Chào An")
    assert "\x00" not in again(message).body


@pytest.mark.parametrize("address", ["a@b.vn\r\nBcc: c@d.vn", "a@b.vn, c@d.vn", "không phải thư", "a@b"])
def test_no_address_reaches_a_second_person_and_a_wrong_one_has_failed_at_once(
    server: Server, address: str
) -> None:
    message = sent(address=address)
    jobs.run_until_empty()

    assert server.mails == []
    assert (message.state, bool(message.error)) == ("failed", True)
    assert api.failures()[0].id == message.id


def test_a_mail_without_a_job_is_seen_after_a_day(server: Server) -> None:
    message = sent()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert delivery.give_up_stuck(at=AT + timedelta(hours=23)) == 0
    assert delivery.give_up_stuck(at=AT + timedelta(hours=25)) == 1
    assert api.failures()[0].id == message.id


def test_words_are_in_the_language_of_the_reader_not_of_who_acts(server: Server) -> None:
    with translation.override("en"):
        ids = [
            api.send(
                to=api.Recipient(name="A", email=ADDRESS, language=language),
                template=notices.READY,
                facts={"code": "H01-1"},
                about=None,
                at=AT,
            )[0]
            for language in ("", "en")
        ]
    ours, theirs = (Message.objects.get(id=id).subject for id in ids)
    assert ours == "Hồ sơ H01-1 đã có kết quả"
    assert theirs != ours


def test_the_demo_keeps_mails_in_a_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    message = sent()
    jobs.run_until_empty()

    (kept,) = tmp_path.iterdir()
    mail = email.message_from_bytes(kept.read_bytes().split(b"\n-----")[0], policy=default)
    assert mail["Subject"] == "Chào Danh Sóc Kha"
    assert again(message).state == "sent"


def test_a_mail_carries_no_word_that_a_server_could_not_take(server: Server) -> None:
    """The header of the sender is made from the settings; it too has Vietnamese letters."""
    assert Outgoing(subject="Ký", body="Ă", to=[ADDRESS]).send() == 1
    assert "Dịch vụ công" in server.mails[0]["From"]
