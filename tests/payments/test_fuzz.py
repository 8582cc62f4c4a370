"""Statement files spoiled at random and sent through the page: taken, or refused in words, never an error."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime

import pytest

from tests.payments.camt_samples import camt
from tests.payments.laid import collecting
from tests.payments.tables import Moved, as_csv, as_mt940, as_xlsx, two_columns
from tests.support import people
from tinhso.payments.models import Beneficiary, StatementLine

ACCOUNT = "1012345678"
MOVES = [
    Moved(
        datetime(2026, 11, n, 2, 0, tzinfo=UTC), 1_000 * n if n % 3 else -500 * n, f"TSABCDEFGH{n}", f"FT{n}"
    )
    for n in range(1, 9)
]
FILES = {
    "csv": as_csv(two_columns(MOVES, 5_000)),
    "sta": as_mt940(MOVES, 5_000),
    "xml": camt(MOVES, 5_000),
    "xlsx": as_xlsx(two_columns(MOVES, 5_000)),
}
JUNK = (
    b"\0",
    b"\xff\xfe",
    b"<!ENTITY a '&a;'>",
    b"9" * 40,
    b"-",
    b",",
    b"\n",
    "Ẫ".encode(),
    b"1e999",
    b"NaN",
)


def spoiled(data: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, a piece cut out, doubled or moved, or rubbish put in."""
    for _time in range(dice.randint(1, 4)):
        begin = dice.randrange(len(data))
        end = min(len(data), begin + dice.choice((1, 1, 4, 40, 400)))
        piece = data[begin:end]
        put = dice.choice((b"", piece * 2, piece[::-1], dice.choice(JUNK), dice.randbytes(len(piece))))
        data = data[:begin] + put + data[end:] or b"x"
    return data


@pytest.mark.django_db
def test_the_page_answers_every_spoiled_file() -> None:
    place = collecting()
    Beneficiary.objects.update(account=ACCOUNT)
    desk, dice = people.client(people.officer("accountant", place.unit)), random.Random(9)
    for kind, whole in FILES.items():
        for _time in range(2):
            sent = io.BytesIO(spoiled(whole, dice))
            sent.name = f"sao-ke.{kind}"
            before = StatementLine.objects.count()
            answer = desk.post("/can-bo/doi-soat/sao-ke/", {"tai-khoan": ACCOUNT, "sao-ke": sent})
            assert answer.status_code in (302, 409, 422)
            assert answer.status_code == 302 or StatementLine.objects.count() == before
