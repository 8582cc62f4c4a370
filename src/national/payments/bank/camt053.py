"""A statement as ISO 20022 camt.053.001.08 (BankToCustomerStatementV08)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from xml.etree import ElementTree

from national.csc.phone import VIETNAM
from national.payments.bank.moving import masked
from national.payments.bank.statement import Statement
from national.payments.book import Booking

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"

Element = ElementTree.Element


def write(made: Statement) -> bytes:
    """The file, in UTF-8."""
    document = ElementTree.Element("Document", {"xmlns": NAMESPACE})
    root = _in(document, "BkToCstmrStmt")
    named = f"{made.day:%Y%m%d}-{made.account.number}"
    head = _in(root, "GrpHdr")
    _in(head, "MsgId", named)
    _in(head, "CreDtTm", _moment(made.made_at))
    told = _in(root, "Stmt")
    _in(told, "Id", named)
    _in(told, "ElctrncSeqNb", str(made.number))
    _in(told, "CreDtTm", _moment(made.made_at))
    period = _in(told, "FrToDt")
    begin = datetime.combine(made.day, time(), VIETNAM)
    _in(period, "FrDtTm", _moment(begin))
    _in(period, "ToDtTm", _moment(begin + timedelta(days=1, seconds=-1)))
    _account(told, made)
    _balance(told, made, "OPBD", made.opening)
    _balance(told, made, "CLBD", made.closing)
    _summary(told, made.lines)
    for line in made.lines:
        _entry(told, line)
    ElementTree.indent(document)
    return bytes(ElementTree.tostring(document, encoding="UTF-8", xml_declaration=True))


def _in(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    made = ElementTree.SubElement(parent, name, attributes)
    made.text = text or None
    return made


def _moment(at: datetime) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def _amount(parent: Element, amount: int) -> None:
    _in(parent, "Amt", str(abs(amount)), Ccy="VND")
    _in(parent, "CdtDbtInd", _side(amount))


def _side(amount: int) -> str:
    return "CRDT" if amount >= 0 else "DBIT"


def _account(parent: Element, made: Statement) -> None:
    account = _in(parent, "Acct")
    _in(_in(_in(account, "Id"), "Othr"), "Id", made.account.number)
    _in(account, "Ccy", "VND")
    _in(account, "Nm", made.account.name[:70])
    bank = _in(_in(account, "Svcr"), "FinInstnId")
    _in(_in(bank, "ClrSysMmbId"), "MmbId", made.bin)


def _balance(parent: Element, made: Statement, kind: str, amount: int) -> None:
    balance = _in(parent, "Bal")
    _in(_in(_in(balance, "Tp"), "CdOrPrtry"), "Cd", kind)
    _amount(balance, amount)
    _in(_in(balance, "Dt"), "Dt", made.day.isoformat())


def _summary(parent: Element, lines: list[Booking]) -> None:
    summary = _in(parent, "TxsSummry")
    net = sum(line.amount for line in lines)
    total = _in(summary, "TtlNtries")
    _in(total, "NbOfNtries", str(len(lines)))
    _in(total, "Sum", str(sum(abs(line.amount) for line in lines)))
    balance = _in(total, "TtlNetNtry")
    _in(balance, "Amt", str(abs(net)))
    _in(balance, "CdtDbtInd", _side(net))
    for name, chosen in (
        ("TtlCdtNtries", [line.amount for line in lines if line.amount > 0]),
        ("TtlDbtNtries", [-line.amount for line in lines if line.amount < 0]),
    ):
        part = _in(summary, name)
        _in(part, "NbOfNtries", str(len(chosen)))
        _in(part, "Sum", str(sum(chosen)))


def _entry(parent: Element, line: Booking) -> None:
    entry = _in(parent, "Ntry")
    _in(entry, "NtryRef", line.transaction_id)
    _amount(entry, line.amount)
    _in(_in(entry, "Sts"), "Cd", "BOOK")
    _in(_in(entry, "BookgDt"), "DtTm", _moment(line.at))
    _in(_in(entry, "ValDt"), "Dt", line.at.astimezone(VIETNAM).date().isoformat())
    _in(entry, "AcctSvcrRef", line.transaction_id)
    credit = line.amount > 0
    domain = _in(_in(entry, "BkTxCd"), "Domn")
    _in(domain, "Cd", "PMNT")
    family = _in(domain, "Fmly")
    _in(family, "Cd", "RCDT" if credit else "ICDT")
    _in(family, "SubFmlyCd", "DMCT")
    details = _in(_in(entry, "NtryDtls"), "TxDtls")
    _in(_in(details, "Refs"), "AcctSvcrRef", line.transaction_id)
    _amount(details, line.amount)
    parties = _in(details, "RltdPties")
    side = "Dbtr" if credit else "Cdtr"
    _in(_in(_in(parties, side), "Pty"), "Nm", line.other_name[:140])
    _in(_in(_in(_in(parties, f"{side}Acct"), "Id"), "Othr"), "Id", masked(line.other_account))
    _in(_in(details, "RmtInf"), "Ustrd", line.content)
