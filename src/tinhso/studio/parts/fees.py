"""Fees and charges (phí, lệ phí). Body: `fees`, a list of `procedures.Fee`, and `fee_table`, a
`procedures.FeeTable` or null, as JSON; the table decides where there is one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.forms import api as forms
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, Making, PartName, Problem


class Fees:
    """The part as the studio knows it."""

    name = PartName.FEES
    label: str | Promise = gettext_lazy("Phí, lệ phí")
    keys: Mapping[str, str] = {"fees": "code", "inputs": "code", "rows": "code"}

    def empty(self) -> Body:
        return {"fees": [], "fee_table": None}

    def of_version(self, version: procedures.VersionView) -> Body:
        said = procedures.encoded(version)
        return {"fees": said["fees"], "fee_table": said["fee_table"]}

    def say(self, body: Body) -> str:
        if body.get("fee_table"):
            n = len(body["fee_table"].get("rows", []))
            return ngettext("bảng %(n)d dòng", "bảng %(n)d dòng", n) % {"n": n}
        n = len(body["fees"])
        return ngettext("%(n)d khoản", "%(n)d khoản", n) % {"n": n} if n else ""

    def problems(self, draft: DraftView) -> Iterable[Problem]:
        try:
            content = read(draft.body(self.name))
        except procedures.BadContent as fault:
            return [Problem(self.name, "", fault.message)]
        if content.fee_table is None:
            return _of_list(content.fees)
        definition = draft.body(PartName.FORM).get("definition")
        return [*_of_table(content.fee_table), *_of_form(content.fee_table, definition)]

    def put(self, content: procedures.Content, body: Body, making: Making) -> procedures.Content:
        made = read(body)
        return dataclasses.replace(content, fees=made.fees, fee_table=made.fee_table)


def read(body: Body) -> procedures.Content:
    """The fees of a body in a content of their own. Raises procedures.BadContent."""
    return procedures.content_of(
        {"name": "", "sector": "", "fees": body.get("fees", []), "fee_table": body.get("fee_table")}
    )


def _of_list(fees: tuple[procedures.Fee, ...]) -> Iterator[Problem]:
    codes = [fee.code for fee in fees]
    for fee in fees:
        if not fee.code or codes.count(fee.code) > 1:
            yield Problem(PartName.FEES, fee.code, _("Mỗi khoản phải có một mã riêng."))
        if not fee.name.strip():
            yield Problem(PartName.FEES, fee.code, _("Hãy ghi tên khoản thu."))
        if fee.amount < 0:
            yield Problem(PartName.FEES, fee.code, _("Số tiền phải từ 0 đồng trở lên."))
        if fee.amount and not fee.ground.strip():
            sentence = _("Khoản «%(name)s» chưa ghi căn cứ của mức thu.") % {"name": fee.name}
            yield Problem(PartName.FEES, fee.code, sentence)


def _of_table(table: procedures.FeeTable) -> Iterator[Problem]:
    for fault in procedures.fee_faults(table):
        yield Problem(PartName.FEES, fault.where, fault.sentence, blocks=fault.blocks)


def _of_form(table: procedures.FeeTable, definition: dict[str, Any] | None) -> Iterator[Problem]:
    """Answers the form does not ask, or asks otherwise; nothing while the form itself is not sound."""
    asks = list(procedures.fee_questions(table))
    if not asks or (definition is not None and forms.unsound(definition)):
        return
    if definition is None:
        sentence = _("Bảng phí hỏi câu trả lời của tờ khai mà chưa có tờ khai.")
        yield Problem(PartName.FEES, asks[0][0], sentence)
        return
    unknown = set()
    for where, rule in asks:
        column = where.rpartition("/")[2]
        if column in unknown:
            continue
        try:
            forms.check_condition(rule, definition)
        except forms.RuleFaulty as fault:
            if where == column:
                unknown.add(column)
            yield Problem(PartName.FEES, where, _("Không hỏi được: %(why)s") % {"why": fault.message})


KIND = Fees()
