"""A message pushed to a browser: sealed for it alone, shown once, and never sent anywhere else."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from tests.notify.conftest import Sandbox
from tests.notify.support import AT, again, person, tell
from tests.support import people
from tinhso.foundation import jobs
from tinhso.foundation.errors import NotAllowed, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.notify import api
from tinhso.notify.carriers import push
from tinhso.notify.carriers.sealing import b64, sealed, unb64
from tinhso.notify.models import Browser
from tinhso.notify.operations import browsers

PHONE = "máy của Hân"


def subscribed(sandbox: Sandbox, to: ActorRef, *, phone: str = "") -> dict[str, Any]:
    made = sandbox.browser(owner=to.name, phone=phone or new_id().hex)
    keep(to, made)
    return made


def keep(to: ActorRef, made: dict[str, Any], *, by: ActorRef | None = None) -> None:
    assert to.id
    browsers.subscribe(
        account=to.id,
        endpoint=made["endpoint"],
        p256dh=made["keys"]["p256dh"],
        auth=made["keys"]["auth"],
        label="Android",
        by=by or to,
        on=SubjectRef("account", to.id),
        at=AT,
    )


def test_the_example_of_the_standard_is_reproduced_byte_for_byte() -> None:
    """RFC 8291 §5."""
    own = int.from_bytes(unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        p256dh=unb64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=unb64("BTBZMqHH6r4Tts7J_aSIgg"),
        own=ec.derive_private_key(own, ec.SECP256R1()),
        salt=unb64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert b64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(text=st.binary(max_size=4200))
def test_a_message_fits_into_one_record_or_is_refused(text: bytes) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_numbers()
    p256dh = b"\x04" + point.x.to_bytes(32) + point.y.to_bytes(32)
    try:
        assert len(sealed(text, p256dh=p256dh, auth=b"a" * 16)) <= 4096
    except ValueError:
        assert len(text) > 4096 - 86 - 17


@pytest.mark.django_db(transaction=True)
def test_a_pushed_message_is_shown_in_every_browser_of_the_account(sandbox: Sandbox) -> None:
    to = person("push")
    phones = [new_id().hex, new_id().hex]
    for phone in phones:
        subscribed(sandbox, to, phone=phone)
    tell(to, "")
    jobs.run_until_empty()

    for phone in phones:
        (shown,) = sandbox.phone(phone)
        assert (shown["title"], shown["service"]) == ("Hồ sơ H01-1 có tin", "push")
        assert shown["link"].endswith("/ho-so/H01-1/")


@pytest.mark.django_db(transaction=True)
def test_a_push_without_an_answer_is_tried_again_and_shown_once(sandbox: Sandbox) -> None:
    to, phone = person("push"), new_id().hex
    subscribed(sandbox, to, phone=phone)
    for mode, seconds in (("late", 1.5), ("error", 0)):
        sandbox.fault("push", mode, seconds=seconds, times=1, status=503)
        message = tell(to, "")["push"]
        jobs.run_until_empty(waits=False)
        assert again(message).state == "sent"
    assert len(sandbox.phone(phone)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_browser_that_ended_its_subscription_is_forgotten(sandbox: Sandbox) -> None:
    to = person("push")
    made = subscribed(sandbox, to)
    name = made["endpoint"].rsplit("/", 1)[1]
    sandbox.web.delete(f"/push/subscriptions/{name}", headers={"authorization": "Bearer sandbox-secret"})
    message = tell(to, "")["push"]
    jobs.run_until_empty(waits=False)

    assert (again(message).state, message.tries) == ("failed", 1)
    assert to.id
    assert api.devices(account=to.id) == ()
    assert "push" not in tell(to, "")


@pytest.mark.django_db(transaction=True)
def test_a_message_sealed_for_one_browser_cannot_be_read_by_another(sandbox: Sandbox) -> None:
    to = person("push")
    mine, other = (sandbox.browser(owner=to.name, phone=PHONE) for _ in range(2))
    keep(to, mine | {"keys": other["keys"]})
    message = tell(to, "")["push"]
    jobs.run_until_empty(waits=False)
    assert again(message).state == "failed"
    assert "400" in message.error


@pytest.mark.django_db
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://evil.example/push",
        "https://fcm.googleapis.com.evil.example/x",
        "https://a@fcm.googleapis.com/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/\x00",
        "",
        "https://fcm.googleapis.com/" + "x" * 2000,
    ],
)
def test_an_address_that_is_no_push_service_is_refused(sandbox: Sandbox, endpoint: str) -> None:
    made = sandbox.browser(owner="x", phone="x") | {"endpoint": endpoint}
    with pytest.raises(api.BadDevice):
        keep(person("push"), made)


@pytest.mark.django_db
def test_in_production_only_encrypted_addresses_are_called(settings: LazySettings) -> None:
    settings.PRODUCTION = True
    assert push.allowed("https://fcm.googleapis.com/fcm/send/x")
    assert not push.allowed("http://fcm.googleapis.com/fcm/send/x")


@pytest.mark.django_db
@pytest.mark.parametrize("keys", [{"auth": "AA"}, {"p256dh": "AA"}, {"p256dh": "!"}, {"p256dh": "A" * 87}])
def test_keys_that_no_browser_makes_are_refused(sandbox: Sandbox, keys: dict[str, str]) -> None:
    made = sandbox.browser(owner="x", phone="x")
    with pytest.raises(api.BadDevice):
        keep(person("push"), made | {"keys": made["keys"] | keys})


@pytest.mark.django_db
def test_a_browser_shows_messages_of_the_last_who_asked_and_of_nobody_elses_wish(sandbox: Sandbox) -> None:
    first, second = person("push"), person("push")
    made = subscribed(sandbox, first)
    keep(first, made)
    assert first.id
    assert second.id
    assert len(api.devices(account=first.id)) == 1, "the same again changes nothing"
    keep(second, made)
    assert api.devices(account=first.id) == ()
    (device,) = api.devices(account=second.id)

    with pytest.raises(NotAllowed):
        keep(first, made, by=second)
    on = SubjectRef("account", first.id)
    with pytest.raises(NotFound):
        browsers.unsubscribe(account=first.id, browser_id=device.id, by=first, on=on, at=AT)
    assert Browser.objects.get(id=device.id).ended_at is None


@pytest.mark.django_db
def test_an_account_keeps_ten_browsers_the_oldest_goes(sandbox: Sandbox) -> None:
    to = people.person()
    for _ in range(11):
        subscribed(sandbox, to)
    assert to.id
    assert len(api.devices(account=to.id)) == browsers.MOST_DEVICES
