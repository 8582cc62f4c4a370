"""CAMT.053 files, by the published schemas of two versions."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tests.payments.tables import Moved

PUBLISHED = Path(__file__).with_name("published")


def camt(moves: list[Moved], opening: int, *, version: str = "02") -> bytes:
    """A statement of one account; newer versions wrap the status and the parties once more."""
    closing = opening + sum(one.amount for one in moves)
    status = "<Sts>BOOK</Sts>" if version == "02" else "<Sts><Cd>BOOK</Cd></Sts>"
    entries = "".join(_entry(one, status, version) for one in moves)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">
<BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-30T23:00:00</CreDtTm></GrpHdr>
<Stmt>
<Id>S1</Id>
<CreDtTm>2026-11-30T23:00:00</CreDtTm>
<Acct><Id><Othr><Id>1012345678</Id></Othr></Id><Ccy>VND</Ccy></Acct>
{_balance("OPBD", opening, "2026-11-01")}
{_balance("CLBD", closing, "2026-11-30")}
{entries}</Stmt>
</BkToCstmrStmt>
</Document>
""".encode()


def signed_amount(amount: int) -> str:
    """An amount and its direction."""
    return f'<Amt Ccy="VND">{abs(amount)}</Amt><CdtDbtInd>{"DBIT" if amount < 0 else "CRDT"}</CdtDbtInd>'


def _balance(code: str, amount: int, day: str) -> str:
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{kind}{signed_amount(amount)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def _entry(one: Moved, status: str, version: str) -> str:
    party = "<Nm>TRAN VAN B</Nm>" if version == "02" else "<Pty><Nm>TRAN VAN B</Nm></Pty>"
    side = "Dbtr" if one.amount > 0 else "Cdtr"
    return f"""<Ntry>{signed_amount(one.amount)}{status}
<BookgDt><DtTm>{one.at:%Y-%m-%dT%H:%M:%S}+07:00</DtTm></BookgDt>
<AcctSvcrRef>{one.reference}</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<RltdPties><{side}>{party}</{side}></RltdPties>
<RmtInf><Ustrd>{one.content or "-"}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""


def valid(data: bytes, version: str) -> bool:
    """Whether the published schema takes it."""
    schema = etree.XMLSchema(etree.parse(PUBLISHED / f"camt.053.001.{version}.xsd"))
    return bool(schema.validate(etree.fromstring(data)))
