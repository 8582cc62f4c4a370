"""A statement as SWIFT MT940.

Fields 20, 25, 28C, 60F, 61, 86, 62F, 64 as the SWIFT user handbook describes them; only letters of SWIFT's
set X; no block headers, as banks hand such files to their customers.
"""

from __future__ import annotations

import re
import textwrap

from national.csc.phone import VIETNAM
from national.payments.bank.moving import masked
from national.payments.bank.statement import Statement
from national.payments.book import Booking

WIDTH = 65
MOST_LINES = 6


def write(made: Statement) -> bytes:
    """The file; lines end in CR LF."""
    day = f"{made.day:%y%m%d}"
    lines = [
        f":20:{made.day:%y%m%d}{made.account.number[-10:]}",
        f":25:{made.bin}/{made.account.number}",
        f":28C:{made.number:05d}/001",
        f":60F:{_balance(day, made.opening)}",
    ]
    for line in made.lines:
        lines += [_entry(line), *_about(line)]
    lines += [f":62F:{_balance(day, made.closing)}", f":64:{_balance(day, made.closing)}", "-", ""]
    return "\r\n".join(lines).encode("ascii")


def _balance(day: str, amount: int) -> str:
    return f"{_mark(amount)}{day}VND{abs(amount)},"


def _mark(amount: int) -> str:
    return "C" if amount >= 0 else "D"


def _entry(line: Booking) -> str:
    at = line.at.astimezone(VIETNAM)
    return f":61:{at:%y%m%d%m%d}{_mark(line.amount)}{abs(line.amount)},NTRFNONREF//{line.transaction_id}"


def _about(line: Booking) -> list[str]:
    at = line.at.astimezone(VIETNAM)
    facts = f"{line.content} /NAME/{line.other_name} /ACCT/{masked(line.other_account)} /TIME/{at:%H:%M:%S}"
    text = re.sub(r"[^A-Za-z0-9/?:().,'+ -]", ".", facts.replace("*", "X"))
    wrapped = textwrap.wrap(text, WIDTH, break_on_hyphens=False)[:MOST_LINES]
    safe = [f" {part}" if part[0] in ":-" else part for part in wrapped]
    return [f":86:{safe[0]}", *safe[1:]]
