"""Looking a dossier up without signing in gives away neither codes nor people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.faults import TooManyLookups
from tinhso.dossiers.models import LookupAttempt
from tinhso.dossiers.operations import intake
from tinhso.dossiers.queries.lookup import glimpse
from tinhso.foundation import legal, moments
from tinhso.foundation.text import masked_name

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return office()


def ask(code: str, digits: str, browser: Client | None = None, address: str = "10.0.0.1") -> HttpResponse:
    return (browser or Client()).post(  # type: ignore[return-value]
        "/tra-cuu/", {"ma": code, "so": digits}, REMOTE_ADDR=address
    )


def limit(key: str) -> int:
    return legal.integer(key, on=moments.today(moments.now()))


@pytest.mark.parametrize("digits", ["5678", "0123", " 01 23 "], ids=["phone", "identifier", "spaces"])
def test_code_and_four_digits_show_status_and_dates_only(place: Office, digits: str) -> None:
    sent = filed(place)
    intake.accept(dossier_id=sent.id, by=place.intake, at=SENT + timedelta(hours=1))
    shown = ask(f" {sent.code.lower()} ", digits).content.decode()

    assert "Đã tiếp nhận" in shown
    assert "D*** S*** K***" in shown
    assert "17:30 thứ Hai 9/3/2026" in shown
    for secret in ("Danh Sóc Kha", "0912345678", "091090000123", "kha@example.vn", "Ấp 1", "Lê Thị Hoa"):
        assert secret not in shown


def test_a_wrong_code_and_wrong_digits_are_answered_alike(place: Office) -> None:
    sent = filed(place)
    wrong_digits, wrong_code = ask(sent.code, "0000"), ask("H99.99-260101-0001", "0000")
    strange = ask("‮<script>", "😀")

    def words(answer: HttpResponse) -> str:
        return answer.content.decode().split("govuk-error-summary")[1].split("</div>")[0]

    assert wrong_digits.status_code == wrong_code.status_code == strange.status_code == 422
    assert words(wrong_digits) == words(wrong_code) == words(strange)


def test_one_code_cannot_be_guessed_at_from_many_addresses(place: Office) -> None:
    sent = filed(place)
    for attempt in range(limit("lookup_attempts_code")):
        assert ask(sent.code, "0000", address=f"10.0.1.{attempt}").status_code == 422

    assert ask(sent.code, "5678", address="10.0.2.1").status_code == 429
    assert people.client(place.citizen).get(f"/ho-so/{sent.code}/").status_code == 200


def test_one_address_cannot_try_many_codes(place: Office) -> None:
    sent = filed(place)
    for attempt in range(limit("lookup_attempts_address")):
        assert ask(f"H01.1-260101-{attempt:04d}", "0000").status_code == 422

    assert ask(sent.code, "5678").status_code == 429
    assert ask(sent.code, "5678", address="10.9.9.9").status_code == 200


def test_attempts_are_forgotten_when_their_time_is_over(place: Office) -> None:
    sent, at = filed(place), moments.now()
    for attempt in range(limit("lookup_attempts_code")):
        LookupAttempt.objects.create(code_hash=b"x" * 32, address="10.0.0.1", at=at)
        with pytest.raises(Exception, match="không khớp"):
            glimpse(code=sent.code, digits="0000", address=f"a{attempt}", at=at)
    with pytest.raises(TooManyLookups):
        glimpse(code=sent.code, digits="5678", address="b", at=at)

    later = at + timedelta(minutes=limit("lookup_attempts_window"))
    assert glimpse(code=sent.code, digits="5678", address="b", at=later).row.code == sent.code
    assert not LookupAttempt.objects.exists()


def test_empty_fields_are_named(place: Office) -> None:
    answer = ask("", "")
    assert answer.status_code == 422
    assert "Hãy nhập mã hồ sơ" in answer.content.decode()
    assert "Hãy nhập 4 số cuối" in answer.content.decode()
    assert not LookupAttempt.objects.exists()


def test_digits_never_come_by_the_address(place: Office) -> None:
    sent = filed(place)
    answer = Client().get("/tra-cuu/", {"ma": sent.code, "so": "5678"})
    assert "D***" not in answer.content.decode()


def test_fewer_digits_than_four_open_nothing(place: Office) -> None:
    sent = filed(place)
    assert ask(sent.code, "78").status_code == 422
    assert ask(sent.code, "0912345678").status_code == 422


def test_a_masked_name_shows_first_letters_only() -> None:
    assert masked_name("Nguyễn Văn Biển") == "N*** V*** B***"
    assert masked_name("") == ""
