"""What a description of a service says of it: endpoints out of OpenAPI, operations out of WSDL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import yaml
from django.utils.translation import gettext as _
from lxml import etree

from tinhso.foundation.errors import Invalid

VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
MOST_BYTES = 4 * 1024 * 1024
MOST_ENDPOINTS = 2_000
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
XROAD = "{http://x-road.eu/xsd/xroad.xsd}"
_VARIABLE = re.compile(r"\{[^/{}]*\}")


@dataclass(frozen=True, slots=True)
class Offered:
    """An OpenAPI description: its title, and each endpoint as method and path glob."""

    title: str
    endpoints: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a WSDL: a service of its own (§8)."""

    code: str
    version: str
    title: str
    url: str


def openapi(text: str) -> Offered:
    """Read an OpenAPI 3 description, JSON or YAML. Raises Invalid."""
    made = _structure(text)
    if not str(made.get("openapi", "")).startswith("3."):
        raise Invalid(_("Mô tả dịch vụ phải theo OpenAPI 3."))
    paths, info = made.get("paths"), made.get("info")
    if not isinstance(paths, dict):
        raise Invalid(_("Mô tả OpenAPI thiếu mục paths."))
    found = [
        (verb.upper(), _VARIABLE.sub("*", str(path)))
        for path, item in paths.items()
        if isinstance(item, dict)
        for verb in item
        if str(verb).upper() in VERBS
    ]
    if len(found) > MOST_ENDPOINTS:
        raise Invalid(
            _("Mô tả có quá %(most)s điểm gọi. Hãy chia thành nhiều dịch vụ.") % {"most": MOST_ENDPOINTS}
        )
    if any(not path.startswith("/") for _verb, path in found):
        raise Invalid(_("Mỗi đường dẫn trong mô tả OpenAPI phải bắt đầu bằng dấu /."))
    title = info.get("title") if isinstance(info, dict) else None
    return Offered(title=str(title or ""), endpoints=tuple(dict.fromkeys(found)))


def wsdl(text: str) -> list[Operation]:
    """Read a WSDL 1.1 description; one operation or more. Raises Invalid."""
    if len(text) > MOST_BYTES:
        raise Invalid(_("Mô tả dịch vụ quá lớn."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid(_("Không đọc được mô tả WSDL.")) from error
    if root.getroottree().docinfo.doctype or root.tag != f"{WSDL}definitions":
        raise Invalid(_("Không đọc được mô tả WSDL."))
    titles = {
        str(each.get("name")): each.findtext(f"{WSDL}documentation/{XROAD}title") or ""
        for each in root.iterfind(f"{WSDL}portType/{WSDL}operation")
    }
    address = root.find(f"{WSDL}service/{WSDL}port/{SOAP}address")
    url = "" if address is None else str(address.get("location", ""))
    found = [
        Operation(
            code=str(each.get("name")),
            version=(each.findtext(f"{XROAD}version") or "").strip(),
            title=titles.get(str(each.get("name")), ""),
            url=url,
        )
        for each in root.iterfind(f"{WSDL}binding/{WSDL}operation")
        if each.get("name")
    ]
    unique = {(each.code, each.version): each for each in found}
    if not unique:
        raise Invalid(_("Mô tả WSDL không có thao tác nào."))
    return list(unique.values())


def document(text: str) -> Mapping[str, Any]:
    """An OpenAPI text (JSON or YAML) as it is written, to be shown. Raises Invalid."""
    return _structure(text)


def _structure(text: str) -> Mapping[str, Any]:
    if len(text) > MOST_BYTES:
        raise Invalid(_("Mô tả dịch vụ quá lớn."))
    try:
        made = orjson.loads(text) if text.lstrip().startswith("{") else yaml.load(text, _NoAliases)  # noqa: S506 - derives from SafeLoader
    except (orjson.JSONDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise Invalid(_("Không đọc được mô tả OpenAPI (JSON hoặc YAML).")) from error
    if not isinstance(made, dict):
        raise Invalid(_("Không đọc được mô tả OpenAPI (JSON hoặc YAML)."))
    return made


class _NoAliases(yaml.SafeLoader):
    """YAML in which nothing repeats itself: a few lines of aliases could stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not taken")
        return super().compose_node(parent, index)
