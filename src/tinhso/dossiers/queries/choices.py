"""What an officer chooses in a list: filters, search and order, which are the list's address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers.contracts import Status, Via
from tinhso.dossiers.queries.narrowing import Order

MOST_VALUES = 50
LONGEST = 200
NOBODY = "chua-ai"
ME = "toi"
DUE = {
    "tre": gettext_noop("Đã trễ"),
    "hom-nay": gettext_noop("Hôm nay"),
    "ba-ngay": gettext_noop("Trong 3 ngày tới"),
    "tuan": gettext_noop("Trong 7 ngày tới"),
    "bo-sung-tre": gettext_noop("Người nộp quá hạn bổ sung"),
    "phan-tre": gettext_noop("Trễ phần của cơ quan"),
    "mac-nhien": gettext_noop("Hết hạn thì coi như đã quyết định"),
}
ORDERS = {
    Order.USUAL: gettext_noop("Thường lệ"),
    Order.DUE: gettext_noop("Hạn gần nhất trước"),
    Order.NEWEST: gettext_noop("Mới nhận trước"),
    Order.OLDEST: gettext_noop("Nhận lâu nhất trước"),
}
VIA = {
    Via.ONLINE: gettext_noop("Trực tuyến"),
    Via.COUNTER: gettext_noop("Tại quầy"),
    Via.POST: gettext_noop("Bưu chính"),
    Via.MACHINE: gettext_noop("Hệ thống khác"),
}
KINDS = {"person": gettext_noop("Cá nhân"), "organisation": gettext_noop("Tổ chức")}


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter whose values are chosen from a list: its word in the URL, its label, its group."""

    word: str
    msgid: str
    group: str
    known: Callable[[str], bool]

    @property
    def label(self) -> str:
        """What people read, in their language."""
        return _(self.msgid)


def _identity(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _short(value: str) -> bool:
    return bool(re.fullmatch(r"[\w.:-]{1,120}", value))


DOSSIER, APPLICANT = "dossier", "applicant"
FACETS: Mapping[str, Facet] = {
    facet.word: facet
    for facet in (
        Facet("tt", gettext_noop("Trạng thái"), DOSSIER, frozenset(Status).__contains__),
        Facet("thu-tuc", gettext_noop("Thủ tục"), DOSSIER, _short),
        Facet("linh-vuc", gettext_noop("Lĩnh vực"), DOSSIER, _short),
        Facet("buoc", gettext_noop("Bước"), DOSSIER, lambda value: 0 < len(value) <= 120),
        Facet(
            "giu", gettext_noop("Người giữ"), DOSSIER, lambda value: value in (ME, NOBODY) or _identity(value)
        ),
        Facet("don-vi", gettext_noop("Đơn vị"), DOSSIER, _identity),
        Facet("kenh", gettext_noop("Kênh nộp"), DOSSIER, frozenset(Via).__contains__),
        Facet("xa", gettext_noop("Xã, phường"), APPLICANT, _identity),
        Facet("loai", gettext_noop("Loại người nộp"), APPLICANT, KINDS.__contains__),
    )
}
DAYS = {
    "nhan-tu": "received_from",
    "nhan-den": "received_to",
    "han-tu": "due_from",
    "han-den": "due_to",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A search, the values chosen of each facet, windows of legal days (both ends count), and the order."""

    q: str = ""
    picked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    due: str = ""
    received_from: date | None = None
    received_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    order: Order = Order.USUAL

    def of(self, word: str) -> tuple[str, ...]:
        """The values chosen of a facet."""
        return dict(self.picked).get(word, ())

    @property
    def narrows(self) -> bool:
        """Whether anything but the order is chosen."""
        return replace(self, order=Order.USUAL) != Choice()

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Names and values of the address, in one order always."""
        if self.q:
            yield "q", self.q
        for word, values in self.picked:
            yield from ((word, value) for value in values)
        if self.due:
            yield "han", self.due
        for word, field in DAYS.items():
            if day := getattr(self, field):
                yield word, day.isoformat()
        if self.order:
            yield "xep", self.order.value

    def without(self, word: str, value: str = "") -> Choice:
        """The same without one value, or without a whole filter."""
        if word in FACETS:
            rest = tuple(each for each in self.of(word) if value and each != value)
            return self.picking(word, rest)
        return {
            "q": replace(self, q=""),
            "han": replace(self, due=""),
            "xep": replace(self, order=Order.USUAL),
            "nhan-tu": replace(self, received_from=None),
            "nhan-den": replace(self, received_to=None),
            "han-tu": replace(self, due_from=None),
            "han-den": replace(self, due_to=None),
        }[word]

    def without_all(self) -> Choice:
        """The same order with nothing chosen."""
        return Choice(order=self.order)

    def picking(self, word: str, values: tuple[str, ...]) -> Choice:
        """The same with these values of one facet."""
        chosen = {**dict(self.picked), word: values}
        return replace(self, picked=tuple((each, chosen[each]) for each in FACETS if chosen.get(each)))


def read(given: QueryDict) -> Choice:
    """What was sent, as a choice. What no list knows is left out, never an error: addresses grow old."""
    picked = ((word, _values(given, facet)) for word, facet in FACETS.items())
    due, order = given.get("han", ""), given.get("xep", "")
    return Choice(
        q=given.get("q", "").strip()[:LONGEST],
        picked=tuple((word, values) for word, values in picked if values),
        due=due if due in DUE else "",
        order=Order(order) if order in frozenset(Order) else Order.USUAL,
        **{field: _day(given.get(word, "")) for word, field in DAYS.items()},
    )


def _values(given: QueryDict, facet: Facet) -> tuple[str, ...]:
    found = dict.fromkeys(value for value in given.getlist(facet.word) if facet.known(value))
    return tuple(sorted(found))[:MOST_VALUES]


def _day(value: str) -> date | None:
    """A day that has a day before and after it in every calendar; None for any other."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if date.min.year < day.year < date.max.year else None
