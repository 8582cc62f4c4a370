"""The tax side (`/tax`): takes the XML of a receipt with the agency's signature beside it.

Requests are signed by headers under one secret. Numbers of a series come in their order; a receipt that ends
comes after itself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path

from lxml import etree
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.faults import Faults, Mode
from national.guard import guarded
from national.signatures import holds
from national.tax.register import Register, Series
from national.tax.seals import BadSeal, organisation
from national.wire import Bad, Fields

SERVICE = "tax"
LARGEST = 200_000
SPACE = "{urn:tinhso:bien-lai:1}"
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("receipt.xsd")))
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
ON_DEMAND = "Tạm dừng tiếp nhận mẫu số này (thử)"


async def take(http: Request) -> Response:
    """Take a receipt: 201, 200 for the same again, 409 and 422 with a reason, 401 unsigned."""
    body = await http.body()
    faults: Faults = http.app.state.faults
    secret = http.app.state.settings.tax_secret.encode()
    if not holds(http.headers, body, secret=secret, now=faults.now(SERVICE)):
        return JSONResponse({"reason": "Yêu cầu không có chữ ký đúng"}, 401)
    try:
        kind, xml, signature = _read(body)
        series, number, amount = _facts(xml, kind)
        organisation(xml, signature, http.app.state.authority)
    except (Bad, BadSeal) as fault:
        return JSONResponse({"reason": str(fault)}, 422)
    register: Register = http.app.state.receipts
    sha256 = hashlib.sha256(xml).hexdigest()
    known = register.found(series, number, kind)
    if known is not None and not known.refused:
        if known.sha256 != sha256:
            return JSONResponse({"reason": "Số biên lai này đã nhận với nội dung khác"}, 409)
        return JSONResponse({"reference": f"CQT-{known.id:010d}"}, 200)
    if kind == "issued" and number > 1 and register.found(series, number - 1, kind) is None:
        return JSONResponse({"reason": f"Chưa nhận biên lai số {number - 1:07d} đứng trước"}, 409)
    first = register.found(series, number, "issued")
    if kind == "voided" and (first is None or first.refused):
        return JSONResponse({"reason": "Chưa nhận biên lai bị huỷ này"}, 409)
    refused = ON_DEMAND if faults.take(service=SERVICE, mode=Mode.REFUSED) else ""
    kept = register.keep(series, number, kind, sha256=sha256, amount=amount, refused=refused)
    if refused:
        return JSONResponse({"reason": refused}, 422)
    return JSONResponse({"reference": f"CQT-{kept.id:010d}"}, 201)


def _read(body: bytes) -> tuple[str, bytes, bytes]:
    fields = Fields(body)
    kind = fields.choice("kind", ("issued", "voided"))
    try:
        xml = base64.b64decode(fields.text("xml"), validate=True)
        signature = base64.b64decode(fields.text("signature"), validate=True)
    except binascii.Error as fault:
        raise Bad("xml and signature are base64") from fault
    fields.nothing_else()
    if not len(xml) + len(signature) <= LARGEST:
        raise Bad("the file is too large")
    return kind, xml, signature


def _facts(xml: bytes, kind: str) -> tuple[Series, int, int]:
    """Whose number it is, and over how much. Raises Bad for what the schema does not know."""
    try:
        tree = etree.fromstring(xml, PARSER)
    except etree.XMLSyntaxError as fault:
        raise Bad("Tệp XML hỏng") from fault
    if tree.getroottree().docinfo.doctype or not SCHEMA.validate(tree):
        raise Bad("Tệp XML không đúng mẫu biên lai")
    if (tree.find(f"{SPACE}Huy") is not None) != (kind == "voided"):
        raise Bad("Nội dung huỷ không khớp loại gửi")

    def text(path: str) -> str:
        return tree.findtext("/".join(SPACE + step for step in path.split("/"))) or ""

    amounts = [int(one.text or 0) for one in tree.iter(f"{SPACE}SoTien")]
    if sum(amounts) != int(text("TongTien")) or int(text("So")) < 1:
        raise Bad("Tổng tiền hoặc số biên lai không đúng")
    series = Series(agency=text("CoQuanThu/MaSoThue"), form=text("MauSo"), symbol=text("KyHieu"))
    return series, int(text("So")), sum(amounts)


@guarded
async def listed(http: Request) -> Response:
    """Everything that was handed over, in order."""
    return JSONResponse(http.app.state.receipts.listed())


routes = [Route("/receipts", take, methods=["POST"]), Route("/receipts", listed)]
