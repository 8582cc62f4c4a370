"""Movements of money held against the payments that are expected: what each one is, and why, in words.

A pure engine: it is given movements (lines of a statement, rows of a provider's list) and orders, and answers
with one suggestion for each movement. The same sets give the same answer in whatever order they come. It
decides nothing: a person or a rule above acts on it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from tinhso.foundation.moments import local, today
from tinhso.foundation.text import format_money
from tinhso.payments import codes
from tinhso.payments.slips import Slips

AROUND = timedelta(days=3)
"""How long before a movement an order of its amount may have been opened, to be named beside an orphan."""
MOST_NAMED = 3


class Kind(StrEnum):
    """What a movement is, held against what is expected."""

    EXACT = "exact"
    AMOUNT_DIFFERS = "amount_differs"
    DOUBLE = "double"
    LATE = "late"
    WRONG_CODE = "wrong_code"
    ORPHAN = "orphan"
    OUTGOING = "outgoing"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came in (above nought) or went out, in whole đồng, at a moment (UTC).

    `key` is its own among all given. `code` is the payment reference when its source says it apart from the
    content, as providers do. Without `timed` only the day is known.
    """

    key: str
    amount: int
    at: datetime
    content: str = ""
    code: str = ""
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Expected:
    """An order whose money is expected: its reference, whole đồng, opened when, to be paid until when.

    `found_before` is true once its money was found in an earlier statement or list: what comes now is a
    second payment.
    """

    code: str
    amount: int
    opened_at: datetime
    due_at: datetime | None = None
    found_before: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a movement seems to be: of which order (its code, empty for none), how sure (0 to 100), and why.

    `others` are further orders it may concern: those its content names too, or open ones of its amount.
    """

    key: str
    kind: Kind
    order: str
    score: int
    why: str
    others: tuple[str, ...] = ()


def match(given: Iterable[Movement], orders: Iterable[Expected]) -> tuple[Suggestion, ...]:
    """A suggestion for each movement, in the order of time and key.

    No order is the exact match of two movements. Raises ValueError for a key or a code given twice.
    """
    lines = sorted(given, key=lambda line: (line.at, line.key))
    wanted = sorted(orders, key=lambda order: order.code)
    if len({line.key for line in lines}) < len(lines) or len({one.code for one in wanted}) < len(wanted):
        raise ValueError("each movement has its own key, each order its own code")
    named, unnamed, found = _sorted_out(lines, {order.code: order for order in wanted})
    for order in wanted:
        found.update(_of_order(order, named.get(order.code, ())))
    settled = {one.order for one in found.values() if one.kind in (Kind.EXACT, Kind.LATE)}
    still_open = [one for one in wanted if one.code not in settled and not one.found_before]
    found.update(_without_order(unnamed, still_open, set(named)))
    return tuple(found[line.key] for line in lines)


def missing(suggestions: Iterable[Suggestion], paid: Iterable[str]) -> tuple[str, ...]:
    """Codes of orders held to be paid for which no movement came, sorted."""
    came = {one.order for one in suggestions if one.kind in (Kind.EXACT, Kind.LATE)}
    return tuple(sorted(set(paid) - came))


def _sorted_out(
    lines: Sequence[Movement], expected: Mapping[str, Expected]
) -> tuple[dict[str, list[Movement]], list[Movement], dict[str, Suggestion]]:
    """Movements by the order they name; those that name none; what is clear already."""
    named: dict[str, list[Movement]] = defaultdict(list)
    unnamed: list[Movement] = []
    clear: dict[str, Suggestion] = {}
    for line in lines:
        said = dict.fromkeys((line.code, *codes.find(line.content)))
        orders = [expected[code] for code in said if code in expected]
        if line.amount <= 0:
            clear[line.key] = Suggestion(line.key, Kind.OUTGOING, "", 0, _("Tiền ra: không phải tiền nộp."))
        elif len(orders) > 1 and not any(order.amount == line.amount for order in orders):
            clear[line.key] = _of_several(line, orders)
        elif orders:
            chosen = next((order for order in orders if order.amount == line.amount), orders[0])
            named[chosen.code].append(line)
        else:
            unnamed.append(line)
    return named, unnamed, clear


def _of_several(line: Movement, orders: Sequence[Expected]) -> Suggestion:
    total = sum(order.amount for order in orders)
    named = ", ".join(order.code for order in orders)
    if total == line.amount:
        why = _("Một lần chuyển cho nhiều khoản (%(codes)s), cộng lại vừa đủ.") % {"codes": named}
    else:
        why = _("Nội dung nêu nhiều khoản (%(codes)s), cộng lại %(total)s, tiền vào %(amount)s.") % {
            "codes": named,
            "total": format_money(total),
            "amount": format_money(line.amount),
        }
    others = tuple(order.code for order in orders[1:])
    return Suggestion(line.key, Kind.AMOUNT_DIFFERS, orders[0].code, 85, why, others)


def _of_order(order: Expected, lines: Sequence[Movement]) -> dict[str, Suggestion]:
    """What each movement is that names this order; they come in the order of time."""
    right = [line for line in lines if line.amount == order.amount and not order.found_before]
    payment = next((line for line in right if not _late(line, order)), right[0] if right else None)
    found: dict[str, Suggestion] = {}
    sum_so_far = 0
    for line in lines:
        sum_so_far += line.amount
        if line is payment:
            found[line.key] = _payment(line, order)
        elif payment is not None or order.found_before:
            why = _("Khoản %(code)s đã có tiền nộp; lần chuyển %(amount)s này là nộp thêm.") % {
                "code": order.code,
                "amount": format_money(line.amount),
            }
            found[line.key] = Suggestion(line.key, Kind.DOUBLE, order.code, 95, why)
        else:
            found[line.key] = _differing(line, order, sum_so_far)
    return found


def _payment(line: Movement, order: Expected) -> Suggestion:
    if _late(line, order):
        why = _("Đúng mã, đúng số tiền, nhưng tiền vào lúc %(at)s, sau hạn %(due)s.") % {
            "at": _told(line),
            "due": f"{local(order.due_at or line.at):%H:%M %d/%m/%Y}",
        }
        return Suggestion(line.key, Kind.LATE, order.code, 90, why)
    if _early(line, order):
        why = _("Đúng mã, đúng số tiền; ngân hàng ghi %(at)s, trước khi lập khoản. Hãy xem lại giờ.") % {
            "at": _told(line)
        }
        return Suggestion(line.key, Kind.EXACT, order.code, 80, why)
    return Suggestion(line.key, Kind.EXACT, order.code, 100, _("Đúng mã, đúng số tiền, trong hạn."))


def _differing(line: Movement, order: Expected, so_far: int) -> Suggestion:
    facts = {
        "amount": format_money(line.amount),
        "owed": format_money(order.amount),
        "gap": format_money(abs(order.amount - so_far)),
        "sum": format_money(so_far),
    }
    if line.amount > order.amount:
        why = _("Đúng mã nhưng nộp thừa: %(amount)s trên %(owed)s.") % facts
    elif so_far == order.amount:
        why = _("Đúng mã, nộp nhiều lần: cộng đến lần này được %(sum)s, vừa đủ.") % facts
    elif so_far == line.amount:
        why = _("Đúng mã nhưng nộp thiếu: %(amount)s trên %(owed)s.") % facts
    else:
        why = _("Đúng mã, nộp nhiều lần: cộng đến lần này được %(sum)s trên %(owed)s, lệch %(gap)s.") % facts
    return Suggestion(line.key, Kind.AMOUNT_DIFFERS, order.code, 85, why)


def _without_order(
    lines: Sequence[Movement], still_open: Sequence[Expected], named: set[str]
) -> dict[str, Suggestion]:
    """What each movement may be that names no order: one with a slip in its code, or an orphan."""
    slips = Slips((order.code, order.amount) for order in still_open)
    by_amount: dict[int, list[Expected]] = defaultdict(list)
    for order in sorted(still_open, key=lambda one: (one.opened_at, one.code)):
        if order.code not in named:
            by_amount[order.amount].append(order)
    found: dict[str, Suggestion] = {}
    for line in lines:
        away, near = slips.nearest(f"{line.code} {line.content}", line.amount)
        if len(near) == 1:
            why = _(
                "Không có mã nào đúng, nhưng nội dung gần giống %(code)s (sai %(slips)d ký tự), cùng số tiền."
            ) % {
                "code": near[0],
                "slips": away,
            }
            found[line.key] = Suggestion(line.key, Kind.WRONG_CODE, near[0], 90 - 20 * away, why)
        else:
            found[line.key] = _orphan(line, near or _of_amount(line, by_amount[line.amount]), bool(near))
    return found


def _of_amount(line: Movement, orders: Sequence[Expected]) -> tuple[str, ...]:
    """Open orders of this amount opened shortly before, when they are few enough to look at."""
    first = bisect_left(orders, line.at - AROUND, key=lambda one: one.opened_at)
    last = bisect_right(
        orders, line.at + (timedelta() if line.timed else timedelta(days=1)), key=lambda one: one.opened_at
    )
    if last - first > MOST_NAMED:
        return ()
    return tuple(order.code for order in orders[first:last] if not _late(line, order))


def _orphan(line: Movement, others: tuple[str, ...], near: bool) -> Suggestion:
    if near:
        why = _("Nội dung gần giống nhiều mã đang chờ cùng số tiền: không tự chọn.")
    elif others:
        why = _("Không có mã. Có %(count)d khoản đang chờ cùng số tiền, lập trong ba ngày trước đó.") % {
            "count": len(others)
        }
    elif codes.find(f"{line.code} {line.content}"):
        why = _("Có mã đúng dạng nhưng không có khoản nào đang chờ mang mã ấy.")
    else:
        why = _("Không có mã, và không tìm được khoản nào đang chờ để gợi ý.")
    return Suggestion(line.key, Kind.ORPHAN, "", 20 if others else 0, why, others)


def _late(line: Movement, order: Expected) -> bool:
    if order.due_at is None:
        return False
    return line.at > order.due_at if line.timed else today(line.at) > today(order.due_at)


def _early(line: Movement, order: Expected) -> bool:
    return line.at < order.opened_at if line.timed else today(line.at) < today(order.opened_at)


def _told(line: Movement) -> str:
    at = local(line.at)
    return f"{at:%H:%M %d/%m/%Y}" if line.timed else f"{at:%d/%m/%Y}"
