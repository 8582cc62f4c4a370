"""Lists and statements of the played bank, VNPAY and platform, taken over their real interfaces."""

from __future__ import annotations

import io
from datetime import timedelta

import httpx
import pytest

from national import serve
from tests.payments.laid import Collecting, bill, stands
from tests.payments.played import KEEPER, fee, statement, transfer
from tests.payments.test_asking import begun, broken, ends, national, owed_by_somebody, place
from tests.support import people
from tinhso.foundation import moments
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.channels import lists
from tinhso.payments.contracts import Trouble
from tinhso.payments.models import Money, Problem, ReconciledDay, Statement, StatementLine
from tinhso.payments.operations import fetching

__all__ = ["national", "place"]
pytestmark = pytest.mark.django_db
AGO = timedelta(days=1)


@pytest.mark.parametrize(
    ("channel", "source"), [(payments.Channel.VNPAY, "vnpay"), (payments.Channel.PLATFORM, "payplat")]
)
def test_what_a_provider_took_is_found_on_its_list_and_again_at_the_bank(
    place: Collecting, national: serve.Running, channel: payments.Channel, source: str
) -> None:
    at = moments.now()
    owed, book = owed_by_somebody(place, at), national.app.state.money.book
    ends(begun(owed, channel, at), "pay")
    book.rows(
        "UPDATE orders SET at = ? WHERE service = ?", ((at - AGO).isoformat(timespec="microseconds"), source)
    )
    day = fetching.fetch(source, today(at - AGO), by=SYSTEM, at=at)
    assert (day.healed, day.complete, day.stated_sum) == (1, True, 58_000)
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert Money.objects.get().channel == channel
    assert ledger.balance(ledger.clearing(source)) == 58_000

    asked = {"service": source, "date": f"{today(at - AGO):%Y%m%d}"}
    httpx.post(f"{national.base}/bank/_payout", json=asked, headers=KEEPER).raise_for_status()
    account = national.settings.bank_accounts[0 if source == "vnpay" else 1][0]
    for there in (today(at), today(at - AGO)):
        fetching.fetch(f"bank:{account}", there, by=SYSTEM, at=at)
    assert ledger.balance(ledger.clearing(source)) == 0
    assert ledger.balance(ledger.bank(account)) >= 58_000
    assert not Problem.objects.filter(kind=Trouble.PAYOUT_DIFFERS).exists()
    again = fetching.fetch(source, today(at - AGO), by=SYSTEM, at=at)
    assert (again.matched, Money.objects.filter(source=source).count()) == (1, 1)


def test_a_list_that_is_forged_or_down_is_asked_for_again(national: serve.Running, place: Collecting) -> None:
    at = moments.now()
    for source, mode in (("payplat", "garbage"), ("vnpay", "garbage"), ("bank", "down")):
        broken(national, source, mode)
        asked = f"bank:{national.settings.bank_accounts[1][0]}" if source == "bank" else source
        with pytest.raises(lists.NoList):
            fetching.fetch(asked, today(at - AGO), by=SYSTEM, at=at)
    assert not Statement.objects.exists()
    with pytest.raises(lists.NotListed):
        lists.ask("till:x", today(at), at=at)


def test_a_statement_says_the_same_in_all_formats_and_as_the_list(
    national: serve.Running, place: Collecting
) -> None:
    at, owed = moments.now() - AGO * 2, bill(place)
    account, name = national.settings.bank_accounts[1]
    transfer(national, account, 50_000, f"NOP PHI {owed.reference}", at=at)
    transfer(national, account, 77_000, "AN SANG", at=at)
    fee(national, account, name, 3_300, at=at)
    desk = people.client(people.officer("accountant", place.unit))
    found = []
    for kind in ("csv", "xlsx", "sta", "xml"):
        sent = io.BytesIO(statement(national, account, today(at), kind))
        sent.name = f"sao-ke.{kind}"
        answer = desk.post("/can-bo/doi-soat/sao-ke/", {"tai-khoan": account, "sao-ke": sent})
        assert answer["Location"] == "/can-bo/doi-soat/?nhan=1", answer.content.decode()
        found.append(StatementLine.objects.count())
    assert found == [3] * 4
    assert Statement.objects.count() == 4
    day = fetching.fetch(f"bank:{account}", today(at), by=SYSTEM, at=moments.now())
    assert (day.stated_count, day.healed, day.outgoing) == (2, 2, 1)
    assert ReconciledDay.objects.get().complete
    assert set(Problem.objects.values_list("kind", flat=True)) == {Trouble.ORPHAN, Trouble.OUTGOING}
    assert stands(owed.id).state is payments.BillState.SETTLED
