"""The points between a notice and what it brings at which a process is killed: the table of the test.

A point is named by the first step that belongs to it and reaches up to the next one of its path; what is
named on one path is not named again on another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """`what` is about to happen when the process dies: the first step that looks like `begins`."""

    what: str
    begins: re.Pattern[str]


def _points(*given: tuple[str, str]) -> tuple[Point, ...]:
    return tuple(Point(what, re.compile(begins)) for what, begins in given)


BOOKING = (
    ("it holds the bill", r'SELECT "id", "number"'),
    ("it looks whether this money is known", r"SELECT \(SELECT amount FROM payments_money"),
    ("nothing of the money is written", r"WITH part0 AS \(INSERT INTO payments_money"),
)
SETTLING = (
    ("the bill is settled, nobody is to write a receipt", r"INSERT INTO payments_receiptdue"),
    ("the bill is settled, its dossier is not marked", r'SELECT "dossiers_dossier"'),
    ("the dossier is marked, its history does not say so", r'INSERT INTO "dossiers_historyentry"'),
    ("the payer is not told", r'INSERT INTO "notify_message"'),
)
COMMITTING = (
    ("all is written but the trace", r"WITH given AS"),
    ("it commits", r"COMMIT$"),
    ("the commit was sent, its answer not heard", r"COMMIT sent$"),
)
TROUBLE = (
    ("the difference is not written down", r'SELECT "payments_problem"'),
    ("nobody has been given the work", r"INSERT INTO tasks_task"),
    ("the notice to the accountant is not written", r'INSERT INTO "notify_message"'),
)
NOTICE = _points(
    ("the notice has come", r"begin"),
    *BOOKING,
    *SETTLING,
    *COMMITTING,
    ("the money is booked, the answer is not sent", r"done"),
)
TOO_MUCH = _points(
    ("the notice has come", r"begin"),
    *TROUBLE,
    *COMMITTING,
    ("the money is booked, the answer is not sent", r"done"),
)
ASKING = _points(
    ("an attempt is silent", r"begin"),
    ("the provider is asked", r"ask (vnpay|payplat)"),
    ("it has answered", r"answered by"),
    *COMMITTING,
    ("the money is booked", r"done"),
)
NUMBER = _points(
    ("the bill is paid, no number is drawn", r"begin"),
    ("the series is held", r"SELECT d.bill_id FROM payments_receiptdue"),
    ("the receipt is not written", r'INSERT INTO "payments_receipt"'),
    ("the receipt is written, its files are not asked for", r'INSERT INTO "payments_receiptpaper"'),
    ("the bill still waits for a receipt", r'DELETE FROM "payments_receiptdue"'),
    *COMMITTING,
    ("the receipt stands, nobody was asked to seal it", r"SELECT procrastinate_defer"),
)
SEAL = _points(
    ("the receipt stands, nobody seals it", r"begin"),
    ("the sealer has taken the file", r"UPDATE payments_receiptpaper SET due_at"),
    ("a time stamp is asked for", r"ask Dấu"),
    ("the seal is there, no file is kept", r"answered by Dấu"),
    ("the files are kept, the receipt does not know", r'UPDATE "payments_receiptpaper"'),
    ("it commits", r"COMMIT$"),
    ("the commit was sent, its answer not heard", r"COMMIT sent$"),
    ("it is sealed, the job is not ended", r"procrastinate_finish_job"),
)

MAIL = _points(
    ("the bill is paid, its mail waits", r"begin"),
    ("a worker has counted its try", r'UPDATE "notify_message" SET "tries"'),
    ("the mail is handed to the server", r"send a mail"),
    ("the server has taken it, nothing says so", r"a mail was sent"),
    ("it is marked as sent, the job is not ended", r"procrastinate_finish_job"),
)
TAX = _points(
    ("the receipt is sealed, nobody hands it over", r"begin"),
    ("the tax side is asked", r"ask tax"),
    ("the tax side has taken it, nothing says so", r"answered by tax"),
    ("its answer is not written", r'UPDATE "payments_receiptpaper"'),
    *COMMITTING,
    ("it is handed over, the job is not ended", r"procrastinate_finish_job"),
)
PAYOUT = _points(
    ("two people agreed, nobody asks the bank", r"begin"),
    ("that the bank is asked is not written", r'UPDATE "payments_payout"'),
    ("the bank is asked", r"ask bank"),
    ("the bank has moved the money, nothing says so", r"answered by bank"),
    ("the ledger does not say so", r"INSERT INTO payments_entry"),
    ("the refund is paid, its payer is not told", r'INSERT INTO "notify_message"'),
    *COMMITTING,
    ("all is written, the job is not ended", r"procrastinate_finish_job"),
)


def places(points: tuple[Point, ...], steps: tuple[str, ...]) -> list[tuple[Point, int]]:
    """Each step's number (from one) with the point it belongs to. Raises when a point is never reached."""
    found: list[tuple[Point, int]] = []
    left = list(points)
    for number, step in enumerate(steps, start=1):
        if left and left[0].begins.search(step):
            found.append((left.pop(0), number))
        elif found:
            found.append((found[-1][0], number))
    if left:
        raise AssertionError(f"never reached: «{left[0].what}» in\n" + "\n".join(steps))
    return found
