"""The first page, what administrators look after, preferences and keys."""

from __future__ import annotations

import pytest
from django.test import Client

from national.serve import Running
from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tests.support.signing import equip
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import alarms, intake, results, routing, signatures
from tinhso.foundation import jobs, moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.jobs import letters
from tinhso.foundation.jobs.models import DeadLetter
from tinhso.notify import api as notify
from tinhso.notify.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return office()


def letter(number: int = 1) -> DeadLetter:
    letters.write(
        job_id=number,
        name="dossiers.run_bulk",
        queue="bulk",
        arguments={"bulk_id": "x"},
        error="Traceback\nValueError: hỏng",
        tries=5,
        at=moments.now(),
    )
    return DeadLetter.objects.get(job_id=number)


PAGES = (
    "/can-bo/",
    "/can-bo/tin-bao/",
    "/can-bo/viec-nen/",
    "/can-bo/tin-hong/",
    "/can-bo/tuy-chon/",
    "/can-bo/phim-tat/",
)


@pytest.mark.parametrize("address", PAGES)
def test_the_desk_opens_for_officers_only(place: Office, address: str) -> None:
    for client in (Client(), people.client(place.citizen)):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/can-bo/dang-nhap/")


@pytest.mark.parametrize("address", ["/can-bo/viec-nen/", "/can-bo/tin-hong/"])
def test_what_failed_is_for_administrators(place: Office, address: str) -> None:
    administrator = people.officer("administrator", place.one_stop)
    assert people.client(place.intake).get(address).status_code == 403
    assert people.client(administrator).get(address).status_code == 200


def test_home_groups_my_work_by_urgency_worst_first(place: Office) -> None:
    late = filed(place)
    fresh = filed(place, at=moments.now())
    standing = filed(place)
    intake.accept(dossier_id=standing.id, by=place.intake, at=moments.now())
    routing.pause(dossier_id=standing.id, reason="Chờ Sở", by=place.specialist, at=moments.now())

    mine = people.client(place.intake).get("/can-bo/").context["groups"]
    theirs = people.client(place.specialist).get("/can-bo/").context["groups"]

    assert mine[0].key == "late"
    assert [line.row.code for line in mine[0].lines] == [late.code]
    assert sum(group.total for group in mine) == 2
    assert fresh.code in {line.row.code for group in mine[1:] for line in group.lines}
    assert [group.key for group in theirs] == ["standing"]


def test_a_result_that_lies_ready_is_not_late(place: Office, can_sign: Running) -> None:
    equip(place, can_sign)
    late, ready = filed(place), filed(place)
    intake.accept(dossier_id=ready.id, by=place.intake, at=SENT)
    results.draft(dossier_id=ready.id, written={"about": "Về việc thử"}, by=place.specialist, at=SENT)
    version = Dossier.objects.values_list("version", flat=True).get(id=ready.id)
    now = moments.now()
    signatures.ask(dossier_id=ready.id, by=place.leader, at=now, seen=version)
    assert signatures.collect(dossier_id=ready.id, by=place.leader, at=now)
    signatures.seal(dossier_id=ready.id, by=place.clerk, at=now)
    client = people.client(place.intake)

    groups = {group.key: group for group in client.get("/can-bo/").context["groups"]}
    assert [line.row.code for line in groups["late"].lines] == [late.code]
    assert [line.row.code for line in groups["ready"].lines] == [ready.code]
    assert groups["ready"].total == 1
    listed = client.get("/can-bo/ho-so/?xem=tre").content.decode()
    assert f'id="d-{late.code}"' in listed
    assert f'id="d-{ready.code}"' not in listed


def test_home_says_what_to_do_when_there_is_nothing(place: Office) -> None:
    assert "Chưa có việc nào" in people.client(place.clerk).get("/can-bo/").content.decode()
    administrator = people.officer("administrator", place.one_stop)
    assert "Anh/chị trông coi hệ thống" in people.client(administrator).get("/can-bo/").content.decode()


def test_a_dead_letter_is_run_again_or_dropped_once(place: Office) -> None:
    client = people.client(people.officer("administrator", place.one_stop))
    first, second = letter(1), letter(2)
    assert "ValueError: hỏng" in client.get("/can-bo/viec-nen/").content.decode()

    assert client.post(f"/can-bo/viec-nen/{first.id}/chay-lai/").status_code == 302
    assert client.post(f"/can-bo/viec-nen/{second.id}/bo/", {"reason": "trùng"}).status_code == 302
    assert client.post(f"/can-bo/viec-nen/{second.id}/chay-lai/").status_code == 409
    assert people.client(place.intake).post(f"/can-bo/viec-nen/{first.id}/bo/").status_code == 403

    assert jobs.dead_letters() == ()
    assert "đã chạy lại" in client.get("/can-bo/viec-nen/?xem=xong").content.decode()


def test_a_message_that_failed_is_seen(place: Office) -> None:
    filed(place)
    Message.objects.create(
        notice=new_id(),
        leaves_at=moments.now(),
        template="x",
        channel="mail",
        state="failed",
        recipient_name="Danh Sóc Kha",
        address=b"x",
        seal_key=new_id(),
        subject="Hồ sơ đã được tiếp nhận",
        body="",
        written_at=moments.now(),
        error="SMTPConnectError: 421",
    )
    client = people.client(people.officer("administrator", place.one_stop))
    page = client.get("/can-bo/tin-hong/").content.decode()
    assert "SMTPConnectError: 421" in page
    assert '<span>Tin không gửi được</span><span class="ui-view__count">1</span>' in page


def test_preferences_are_the_officers_on_every_computer(place: Office) -> None:
    client = people.client(place.intake)
    chosen = {"theme": "dark", "size": "l", "keys": "off", "next_opens": "stay"}
    assert client.post("/can-bo/tuy-chon/", chosen).status_code == 302

    page = client.get("/can-bo/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-size="l"' in page
    assert 'data-keys="off"' in page
    code = filed(place).code
    filed(place)
    stays = client.post(f"/can-bo/ho-so/{code}/tiep-nhan/", {"version": 1})
    assert stays["Location"].startswith(f"/can-bo/ho-so/{code}/")
    assert client.post("/can-bo/tuy-chon/", {**chosen, "size": "khổng lồ"}).status_code == 422

    elsewhere = people.client(place.intake).get("/can-bo/").content.decode()
    assert 'data-keys="off"' in elsewhere
    colleague = people.client(people.officer("intake_officer", place.one_stop))
    colleague.cookies["desk"] = client.cookies["desk"].value
    colleague.post("/can-bo/tuy-chon/", {**chosen, "theme": "light", "keys": "on"})
    assert 'data-keys="off"' not in colleague.get("/can-bo/").content.decode()
    assert 'data-keys="off"' in client.get("/can-bo/").content.decode()


def test_the_card_of_keys_is_searched_without_marks(place: Office) -> None:
    client = people.client(place.intake)
    every = client.get("/can-bo/phim-tat/").context["listed"]
    assert {"H", "M", "Ctrl+K"} <= {key for key, _meaning in every}
    found = client.get("/can-bo/phim-tat/", {"q": "hoan tac"}).context["listed"]
    assert [key for key, _meaning in found] == ["H"]
    assert [key for key, _m in client.get("/can-bo/phim-tat/", {"q": "b"}).context["listed"]] == ["B"]
    assert "Không có phím nào như vậy" in client.get("/can-bo/phim-tat/", {"q": "zzz"}).content.decode()


def test_an_officer_reads_what_the_house_tells_them_page_by_page(place: Office) -> None:
    late = filed(place)
    assert alarms.sound(at=moments.now()) == 1
    to = notify.Recipient(name="", kind="officer", id=place.intake.id)
    template = notify.declare("test.desk", subject="Tin %(n)s", body="Nội dung")
    notify.send_all(
        [notify.Notice(to=to, template=template, facts={"n": n}) for n in range(31)], at=moments.now()
    )
    client = people.client(place.intake)

    first = client.get("/can-bo/tin-bao/")
    assert [message["subject"] for message in first.context["messages"]] == [
        f"Tin {n}" for n in range(30, 0, -1)
    ]
    assert first.content.decode().count("Mới</strong>") == 30
    second = client.get("/can-bo/tin-bao/", {"truoc": first.context["older"]})
    assert [message["subject"] for message in second.context["messages"]] == [
        "Tin 0",
        f"Hồ sơ {late.code} quá hạn tiếp nhận",
    ]
    assert f"/can-bo/ho-so/{late.code}/" in second.content.decode()
    assert "Mới</strong>" not in client.get("/can-bo/tin-bao/").content.decode()
    assert client.get("/can-bo/tin-bao/?truoc=x~y").status_code == 200
    assert people.client(place.leader).get("/can-bo/tin-bao/").context["messages"] == []
