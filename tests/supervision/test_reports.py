"""Closing periods: pages, who may, what stays, what is reminded, files."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta
from html import unescape
from zipfile import ZipFile

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from national.serve import Running
from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tests.support.signing import equip
from tinhso.directory import api as directory
from tinhso.dossiers.operations import counting, endings, intake
from tinhso.foundation import legal, moments, signing
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.moments import LOCAL
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.notify.models import Message
from tinhso.supervision import jobs
from tinhso.supervision.contracts import Closed, TooEarly, read_period
from tinhso.supervision.models import ClosedLine, Closing, Reminder
from tinhso.supervision.operations import closing, reminding, sealing
from tinhso.supervision.queries import reports
from tinhso.supervision.queries.reach import reach

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PLACE = "/can-bo/bao-cao/"
FORM = f"{PLACE}don-vi/?ky=2026-03"
MARCH = read_period("2026-03", at=SENT)
AFTER = datetime(2026, 3, 16, 2, tzinfo=LOCAL)


def busy(place: Office) -> list[str]:
    """Three accepted before the cut of March: one withdrawn in time, two late at the cut."""
    found = [filed(place, at=SENT) for _each in range(3)]
    for each in found:
        intake.accept(dossier_id=each.id, by=SYSTEM, at=SENT + timedelta(hours=1))
    endings.withdraw(dossier_id=found[0].id, reason="Nộp nhầm", by=SYSTEM, at=SENT + DAY)
    return [each.code for each in found]


def close(
    place: Office, by: ActorRef, *, at: datetime = AFTER, word: str = "don-vi", period: str = ""
) -> Closing:
    chosen = read_period(period, at=at) if period else MARCH
    form = reports.form_of(word, chosen)
    return Closing.objects.get(id=closing.close(form=form, agency=place.agency, period=chosen, by=by, at=at))


def shown(actor: ActorRef, address: str = FORM) -> str:
    answer = people.client(actor).get(address)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return unescape(answer.content.decode())


def test_who_may_open_and_close(place: Office, head: ActorRef) -> None:
    busy(place)
    addresses = (PLACE, FORM, f"{PLACE}don-vi/tep/pdf/?ky=2026-03", f"{PLACE}don-vi/tep/xlsx/?ky=2026-03")
    acts = (
        f"{PLACE}don-vi/chot/?ky=2026-03",
        f"{PLACE}don-vi/mo-lai/?ky=2026-03",
        f"{PLACE}don-vi/nhac/?ky=2026-03",
    )
    elsewhere = office()
    for stranger in (Client(), people.client(place.citizen)):
        assert {stranger.get(address).status_code for address in addresses} == {302}
        assert {stranger.post(address).status_code for address in acts} == {302}
    for officer in (place.intake, place.specialist, place.clerk):
        client = people.client(officer)
        assert {client.get(address).status_code for address in addresses} == {403}
        assert {client.post(address).status_code for address in acts} == {403}
    other = people.client(elsewhere.leader)
    assert other.post(f"{acts[0]}&co-quan={place.agency}").status_code == 302
    assert not Closing.objects.filter(agency_id=place.agency).exists(), (
        "an officer closes the own agency only"
    )
    assert people.client(head).post(acts[0]).status_code == 302
    assert people.client(head).post(acts[1], {"can-cu": "Sửa số"}).status_code == 403, "a leader opens again"
    row = Closing.objects.get(agency_id=place.agency)
    assert people.client(head).get(f"{PLACE}da-chot/{row.id}/").status_code == 200
    assert other.get(f"{PLACE}da-chot/{row.id}/").status_code == 404
    assert people.client(place.leader).post(acts[1], {"can-cu": "Sửa số"}).status_code == 302


def test_every_figure_of_the_page_opens_to_as_many_dossiers(place: Office, head: ActorRef) -> None:
    busy(place)
    client = people.client(head)
    for address in (FORM, f"{PLACE}don-vi/?ky=2026-q2", f"{PLACE}don-vi/?ky=2026&linh-vuc=thu-nghiem"):
        page = unescape(client.get(address).content.decode())
        links = re.findall(r'<td class="ui-list__number"><a class="govuk-link" href="([^"]+)">(\d+)', page)
        assert len(links) >= 8
        for href, number in links:
            answer = client.get(href)
            assert len(answer.context["lines"]) == int(number), href
            assert client.get(answer.context["export"]).status_code == 200
    for word in ("bc-online.late", "bc-", "bc-tat-ca"):
        assert client.get(f"/can-bo/giam-sat/ho-so/?muc={word}").status_code == 404


def test_closed_figures_stay_and_what_changes_later_stands_beside_them(place: Office, head: ActorRef) -> None:
    busy(place)
    row = close(place, head)
    [line] = ClosedLine.objects.filter(closing=row)
    assert (line.online, line.early, line.overdue) == (3, 1, 2)
    assert "chữ “nay”" in shown(head)
    assert ">nay" not in shown(head)
    late = filed(place, at=SENT)
    intake.accept(dossier_id=late.id, by=SYSTEM, at=SENT + DAY)

    page = shown(head)
    assert page.count(">nay 4<") == 4, "the field and the total, of both received columns"
    assert re.search(r'class="ui-list__number">3<br>', page)
    for href in re.findall(r'href="([^"]+)">nay 4', page):
        assert len(people.client(head).get(href).context["lines"]) == 4


def test_what_comes_in_a_new_field_after_the_closing_has_a_line(place: Office, head: ActorRef) -> None:
    row = close(place, head)
    assert (row.lines, ClosedLine.objects.filter(closing=row).count()) == (0, 0)
    busy(place)
    assert re.search(r"Thử nghiệm</a></th><td class=\"ui-list__number\">0<br>", shown(head))


def test_a_period_is_closed_once_after_its_end_and_opened_again_with_a_ground(
    place: Office, head: ActorRef
) -> None:
    busy(place)
    with pytest.raises(TooEarly):
        close(place, head, at=datetime(2026, 3, 14, 23, 59, tzinfo=LOCAL))
    row = close(place, head)
    with pytest.raises(Closed):
        close(place, place.leader)
    with pytest.raises(Invalid):
        closing.reopen(closing_id=row.id, ground="  ", by=place.leader, at=AFTER + DAY)
    client = people.client(place.leader)
    empty = client.post(f"{PLACE}don-vi/mo-lai/?ky=2026-03", {"can-cu": ""})
    assert (empty.status_code, "Hãy ghi vì sao mở lại" in empty.content.decode()) == (422, True)
    closing.reopen(closing_id=row.id, ground="Công văn 12", by=place.leader, at=AFTER + DAY)
    with pytest.raises(Closed):
        closing.reopen(closing_id=row.id, ground="Công văn 13", by=place.leader, at=AFTER + DAY)

    again = close(place, head, at=AFTER + 2 * DAY)
    assert again.id != row.id
    assert "Công văn 12" in shown(head)
    assert ClosedLine.objects.filter(closing=row).count() == 1, "what was once closed is kept"


def test_a_roll_up_sums_what_agencies_closed_and_what_the_others_have_now(
    place: Office, head: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(place)
    other = office()
    busy(other)
    watcher = people.officer("leader")
    known = legal.value
    code = _code_of(watcher)
    monkeypatch.setattr(
        legal, "value", lambda key, **on: [code] if key == "supervising_agencies" else known(key, **on)
    )
    close(place, head)
    filed_late = filed(place, at=SENT)
    intake.accept(dossier_id=filed_late.id, by=SYSTEM, at=SENT + DAY)

    page = shown(watcher, f"{PLACE}tong-hop/?ky=2026-03")
    assert "1 cơ quan chưa chốt" in page
    assert page.count(">nay 4<") == 2, "the closed agency stands as it closed, with what it has now beside"
    assert re.search(r"Tổng cộng</th><td class=\"ui-list__number\">6<", page)
    within = reach(watcher, AFTER)
    with pytest.raises(NotAllowed):
        closing.close(
            form=reports.form_of("tong-hop", MARCH), agency=place.agency, period=MARCH, by=watcher, at=AFTER
        )
    made = closing.close(
        form=reports.form_of("tong-hop", MARCH), agency=within.own[0], period=MARCH, by=watcher, at=AFTER
    )
    lines = {line.key: line for line in ClosedLine.objects.filter(closing_id=made)}
    assert {key: (line.closed, line.online) for key, line in lines.items()} == {
        str(place.agency): (True, 3),
        str(other.agency): (False, 3),
    }
    index = shown(watcher, f"{PLACE}?ky=2026-03")
    assert "1 cơ quan chưa chốt" in index
    assert people.client(watcher).post(f"{PLACE}don-vi/nhac/?ky=2026-03").status_code == 302
    assert [row.agency_id for row in Reminder.objects.all()] == [other.agency]


def _code_of(actor: ActorRef) -> str:
    assert actor.unit
    agency = directory.units([actor.unit])[actor.unit].agency_id
    return directory.agency(agency, date(2026, 3, 16)).code


def test_heads_are_reminded_once_a_day_on_the_day_a_report_is_due(place: Office, head: ActorRef) -> None:
    due = reports.due_on(reports.form_of("don-vi", MARCH), MARCH)
    assert due == date(2026, 3, 17)
    at = datetime(2026, 3, 17, 7, 30, tzinfo=LOCAL)
    reminding.remind_all(at=at - DAY)
    assert not Message.objects.filter(template="supervision.reminder").exists()
    for _twice in range(2):
        reminding.remind_all(at=at)
    told = Message.objects.filter(template="supervision.reminder", channel="in_app")
    assert {row.recipient_id for row in told} >= {head.id, place.leader.id}
    assert told.filter(recipient_id=head.id).count() == 2, "month and quarter end on one day"
    close(place, head, at=at + timedelta(hours=1))
    reminding.remind_all(at=at + DAY)
    assert told.filter(recipient_id=head.id).count() == 2
    with pytest.raises(TooEarly):
        period = read_period("2026-06", at=at)
        reminding.remind(
            form=reports.form_of("don-vi", period), period=period, agencies=[place.agency], by=head, at=at
        )


def test_the_closed_report_is_sealed_once_and_served(
    place: Office, head: ActorRef, can_sign: Running
) -> None:
    equip(place, can_sign)
    busy(place)
    row = close(place, head)
    for _twice in range(2):
        jobs.seal.function(closing_id=str(row.id))
    row.refresh_from_db()
    assert row.file_id

    answer = people.client(head).get(f"{PLACE}don-vi/tep/pdf/?ky=2026-03")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file is streamed
    report = signing.verify(body, roots=signing.trusted().roots, at=moments.now())
    [signature] = report.signatures
    assert signature.sound
    with pytest.raises(DatabaseError), transaction.atomic():
        Closing.objects.filter(id=row.id).update(file_id=None)


def test_the_spreadsheet_has_the_layout_of_the_form_with_numbers_as_numbers(
    place: Office, head: ActorRef
) -> None:
    busy(place)
    answer = people.client(head).get(f"{PLACE}don-vi/tep/xlsx/?ky=2026-03")
    with ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    assert "Số lượng hồ sơ tiếp nhận" in words
    assert "II.06a/VPCP/KSTT" in words
    assert "UBND phường Thử" in words
    numbers = [int(number) for number in re.findall(r'<c r="[C-M]10"[^>]*><v>(\d+)</v>', sheet)]
    assert numbers == [3, 3, 0, 0, 1, 1, 0, 0, 2, 0, 2]
    assert "Tổng cộng" in words


def test_a_report_prints_before_it_is_sealed_and_an_agency_without_identifier_has_no_seal(
    place: Office, head: ActorRef
) -> None:
    busy(place)
    answer = people.client(head).get(f"{PLACE}don-vi/tep/pdf/?ky=2026-03")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert people.client(head).get(f"{PLACE}don-vi/tep/doc/?ky=2026-03").status_code == 404
    assert people.client(head).get(f"{PLACE}khong-co/?ky=2026-03").status_code == 404
    bare = people.officer("leader")
    agency = reach(bare, AFTER).own[0]
    made = closing.close(
        form=reports.form_of("don-vi", MARCH), agency=agency, period=MARCH, by=bare, at=AFTER
    )
    with pytest.raises(Invalid):
        sealing.seal(closing_id=made, at=AFTER)
    assert people.client(bare).get(f"{PLACE}don-vi/tep/pdf/?ky=2026-03").content[:5] == b"%PDF-"


def test_pages_ask_no_more_questions_for_more_dossiers(place: Office, head: ActorRef) -> None:
    busy(place)
    client = people.client(head)
    addresses = (PLACE, FORM, f"{PLACE}don-vi/?ky=2026-03&linh-vuc=thu-nghiem", "/can-bo/tom-tat/")
    for address, most in zip(addresses, (24, 30, 30, 30), strict=True):
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _each in range(12):
            intake.accept(dossier_id=filed(place).id, by=SYSTEM, at=SENT + DAY)
        counting.fold()
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) <= len(few) <= most, (address, len(few), len(many))


def test_a_roll_up_asks_no_more_questions_for_more_agencies(monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = people.officer("leader")
    code, known = _code_of(watcher), legal.value
    monkeypatch.setattr(
        legal, "value", lambda key, **on: [code] if key == "supervising_agencies" else known(key, **on)
    )
    client = people.client(watcher)
    counts = []
    for _more in range(3):
        place = office()
        busy(place)
        close(place, place.leader)
        for address in (f"{PLACE}tong-hop/?ky=2026-03", f"{PLACE}?ky=2026-03"):
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counts.append(len(asked))
    assert counts[0::2] == [counts[0]] * 3
    assert counts[1::2] == [counts[1]] * 3
    assert max(counts) <= 32
