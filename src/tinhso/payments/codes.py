"""Payment references: the short code that travels in 62.08 of a VietQR and in a bank's transfer content.

`TS`, eight letters of a number, one check letter: eleven in all, from 31 capital letters and digits without
those that are taken for one another (0 O, 1 I L). Banks keep only letters and digits, upper-case them, and
put text before and after, so a code is found again by its prefix, its length and its check letter.

The check letter is that of a pure system of ISO/IEC 7064, made as MOD 37-2 is, for our alphabet: modulus
31, a prime, and radix 3, a primitive root of it. The nine powers of the radix are nine numbers, so every
single wrong letter and every pair of letters exchanged, near or far, is noticed.
"""

from __future__ import annotations

import re

from tinhso.foundation.text import fold

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = "TS"
REFUND = "HT"
"""Codes of money that goes back begin so."""
BODY = 8
LENGTH = len(PREFIX) + BODY + 1
MOST: int = len(ALPHABET) ** BODY
"""How many numbers have a code: 852 891 037 441."""

_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_BASE = len(ALPHABET)
_RADIX = 3
# Neighbouring numbers get codes that differ in most letters, so that a slip never leads to another order.
_SPREAD = 527_118_946_313
_LOOKS_LIKE_ONE = {
    prefix: re.compile(f"(?=({prefix}[{ALPHABET}]{{{BODY + 1}}}))") for prefix in (PREFIX, REFUND)
}
_NO_LETTER = re.compile(r"[^0-9A-Z]+")


def make(number: int, *, prefix: str = PREFIX) -> str:
    """The code of a number from 0 to `MOST` - 1; each number has its own. Raises ValueError."""
    if not 0 <= number < MOST:
        raise ValueError("no payment reference has this number")
    rest, letters = number * _SPREAD % MOST, []
    for _place in range(BODY):
        rest, value = divmod(rest, _BASE)
        letters.append(ALPHABET[value])
    body = "".join(reversed(letters))
    return prefix + body + _check(body)


def holds(code: str, *, prefix: str = PREFIX) -> bool:
    """Whether this is a code with the right check letter."""
    body = code[len(prefix) : -1]
    return (
        len(code) == LENGTH
        and code.startswith(prefix)
        and all(letter in _VALUE for letter in code[len(prefix) :])
        and _check(body) == code[-1]
    )


def _check(body: str) -> str:
    total = 0
    for letter in body:
        total = (total + _VALUE[letter]) * _RADIX % _BASE
    return ALPHABET[-total % _BASE]


def squeezed(content: str) -> str:
    """Capital letters and digits of a content, nothing else: what every bank keeps."""
    return _NO_LETTER.sub("", fold(content).upper())


def find(content: str, *, prefix: str = PREFIX) -> tuple[str, ...]:
    """Every code in a transfer's content, in its order, once each; blanks and signs within it do not hurt.

    What looks like one by chance is found too (one in 31): ask whether an order has it.
    """
    found = _LOOKS_LIKE_ONE[prefix].findall(squeezed(content))
    return tuple(dict.fromkeys(code for code in found if holds(code, prefix=prefix)))
