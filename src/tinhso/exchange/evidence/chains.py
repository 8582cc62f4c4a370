"""Hash chains: how a message shows that it stands under a signed or stamped top (§10.3)."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tinhso.exchange.evidence import xml
from tinhso.exchange.evidence.digests import (
    ALGORITHMS,
    SHA512,
    SIZES,
    Sibling,
    climb,
    message_digest,
    mixed_digest_list,
)
from tinhso.exchange.evidence.errors import BadEvidence

NAMESPACE = "http://cyber.ee/hashchain"
MESSAGE, SIGNATURES = "/message.xml", "/META-INF/signatures.xml"
SIGNATURE_CHAIN, SIGNATURE_RESULT = "/sig-hashchain.xml", "/sig-hashchainresult.xml"
STAMP_CHAIN, STAMP_RESULT = "/ts-hashchain.xml", "/ts-hashchainresult.xml"
MOST_STEPS = 256
MOST_DEPTH = 64

_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES = f'xmlns="{NAMESPACE}" xmlns:ds="{xml.DS}"'
_VALUE, _VALUE_END = b"<ds:DigestValue>", b"</ds:DigestValue>"
_BESIDE, _BESIDE_END = b"<HashValue>" + _VALUE, _VALUE_END + b"</HashValue>"
_STEP_BEGUN, _STEP_END = b'">', b"</HashStep>"
_BASE64_LENGTH = 88
"""Characters of a SHA-512 digest."""
_CHAIN = f'{_DECLARED}<HashChain {_NAMESPACES}><DefaultDigestMethod Algorithm="{SHA512}"/>'.encode()
_BAD = "malformed_hash_chain"


def _own_value(group: str) -> str:
    digest = f"<ds:DigestValue>{group}[0-9A-Za-z+/]{{86}}==)</ds:DigestValue>"
    return (
        f"<HashValue>{digest}</HashValue>"
        f'|<StepRef URI="{group}#STEP[0-9]{{1,3}})"/>'
        f'|<DataRef URI="{group}/[0-9A-Za-z./-]{{1,99}})">{digest}</DataRef>'
    )


def _own_step(group: str) -> str:
    return f'<HashStep id="{group}STEP[0-9]{{1,3}})">{group}(?:{_own_value("(?:")})+)</HashStep>'


_OWN_VALUE = re.compile(_own_value("(").encode())
_OWN_STEP = re.compile(_own_step("(").encode())
_OWN_CHAIN = re.compile(re.escape(_CHAIN) + f"(?:{_own_step('(?:')}){{1,64}}</HashChain>".encode())
_TAGS = {f"{{{NAMESPACE}}}{kind}": kind for kind in ("HashValue", "StepRef", "DataRef")}
_DIGEST_METHOD, _DIGEST_VALUE = f"{{{xml.DS}}}DigestMethod", f"{{{xml.DS}}}DigestValue"


def attachment(number: int) -> str:
    """The name of an attachment, counted from 1; a REST body is the first (§13.1)."""
    return f"/attachment{number}"


def result_xml(top: bytes, chain: str) -> bytes:
    """A HashChainResult: the SHA-512 top of the chains that stand in the file `chain` (SIGNATURE_CHAIN …)."""
    return (
        f'{_DECLARED}<HashChainResult {_NAMESPACES} URI="{chain}#STEP0">'
        f'<ds:DigestMethod Algorithm="{SHA512}"/>'
        f"{_value_xml(top).decode()}</HashChainResult>"
    ).encode()


def chain_xml(path: Sequence[Sibling], parts: Sequence[tuple[str, bytes]]) -> bytes:
    """A HashChain from the top down to `parts`: name and SHA-512 digest of all that make up the leaf.

    A leaf of several parts gets a step of its own. Raises ValueError for one part and no path: such a
    message is signed without a chain.
    """
    if not parts or (len(parts) == 1 and not path):
        raise ValueError("nothing to chain")
    lone = _data(*parts[0]) if len(parts) == 1 else b""
    last = len(path) - 1
    text = [_CHAIN]
    for number, (digest, left) in enumerate(path):
        beside = _BESIDE + b64encode(digest) + _BESIDE_END
        down = lone if lone and number == last else _step_ref(number + 1)
        text += (_step_begin(number), beside, down) if left else (_step_begin(number), down, beside)
        text.append(_STEP_END)
    if not lone:
        text.append(_step_begin(len(path)))
        text += [_data(name, digest) for name, digest in parts]
        text.append(_STEP_END)
    text.append(b"</HashChain>")
    return b"".join(text)


def own_path(chain: bytes, parts: Sequence[tuple[str, bytes]]) -> tuple[Sibling, ...] | None:
    """The path in a chain that is to the byte what `chain_xml` writes for these parts; else None."""
    path: list[Sibling] = []
    at = chain.find(_BESIDE)
    while at >= 0 and len(path) < MOST_DEPTH:
        begins = at + len(_BESIDE)
        try:
            digest = binascii.a2b_base64(chain[begins : begins + _BASE64_LENGTH])
        except binascii.Error:
            return None
        if len(digest) != SIZES["sha512"]:
            return None
        path.append(Sibling(digest, left=chain.startswith(_STEP_BEGUN, at - len(_STEP_BEGUN))))
        at = chain.find(_BESIDE, begins)
    known = parts and (path or len(parts) > 1) and chain_xml(path, parts) == chain
    return tuple(path) if known else None


def climbed(result: Result, chain: bytes, parts: Sequence[tuple[str, bytes]]) -> tuple[Sibling, ...] | None:
    """The path by which these parts stand under `result`, where the chain is of our own form; else None.

    What cannot be told so is left to `verify_chain`, which also names what is wrong.
    """
    if result.method != SHA512 or result.step != "STEP0":
        return None
    path = own_path(chain, parts)
    if path is None:
        return None
    top = climb(message_digest([digest for _name, digest in parts]), path)
    return path if hmac.compare_digest(top, result.digest) else None


def _data(name: str, digest: bytes) -> bytes:
    return b'<DataRef URI="%b">%b</DataRef>' % (name.encode(), _value_xml(digest))


def _value_xml(digest: bytes) -> bytes:
    return _VALUE + b64encode(digest) + _VALUE_END


@lru_cache(maxsize=MOST_STEPS)
def _step_begin(number: int) -> bytes:
    return b'<HashStep id="STEP%d">' % number


@lru_cache(maxsize=MOST_STEPS)
def _step_ref(number: int) -> bytes:
    return b'<StepRef URI="#STEP%d"/>' % number


@dataclass(frozen=True, slots=True)
class Result:
    """A HashChainResult, read: the chain's file, the step where it begins, and the digest it must give."""

    file: str
    step: str
    method: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a step: a `HashValue`, `StepRef` or `DataRef`."""

    kind: str
    method: str
    uri: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Chain:
    """A HashChain, read: its steps by id."""

    steps: Mapping[str, tuple[Value, ...]]


def read_result(data: bytes) -> Result:
    """Reads a HashChainResult. Raises BadEvidence(malformed_hash_chain)."""
    root = xml.read(data, malformed=_BAD)
    if root.tag != f"{{{NAMESPACE}}}HashChainResult":
        raise BadEvidence(_BAD, "no HashChainResult")
    children = list(root)
    if [child.tag for child in children] != [_DIGEST_METHOD, _DIGEST_VALUE]:
        raise BadEvidence(_BAD, "a HashChainResult holds a DigestMethod and a DigestValue")
    file, _, step = root.get("URI", "").partition("#")
    if not file or not step:
        raise BadEvidence(_BAD, "a HashChainResult names a step of a chain")
    method = _method(children[0])
    return Result(file, step, method, _digest(children[1], method))


def read_chain(data: bytes) -> Chain:
    """Reads a HashChain. Raises BadEvidence(malformed_hash_chain)."""
    if _OWN_CHAIN.fullmatch(data):
        return _own_chain(data)
    root = xml.read(data, malformed=_BAD)
    if root.tag != f"{{{NAMESPACE}}}HashChain":
        raise BadEvidence(_BAD, "no HashChain")
    children = list(root)
    default = ""
    if children and children[0].tag == f"{{{NAMESPACE}}}DefaultDigestMethod":
        default = _method(children.pop(0))
    if len(children) > MOST_STEPS:
        raise BadEvidence(_BAD, f"more than {MOST_STEPS} steps")
    steps: dict[str, tuple[Value, ...]] = {}
    for child in children:
        name = child.get("id")
        if child.tag != f"{{{NAMESPACE}}}HashStep" or not name or name in steps or not len(child):
            raise BadEvidence(_BAD, "a chain consists of steps with values and an id of their own")
        steps[name] = tuple(_value(one, default) for one in child)
    return Chain(steps)


def _own_chain(data: bytes) -> Chain:
    """A chain in the very text that `chain_xml` writes, read without an XML library."""
    steps: dict[str, tuple[Value, ...]] = {}
    for name, inner in _OWN_STEP.findall(data):
        values = []
        for digest, step, uri, data_digest in _OWN_VALUE.findall(inner):
            kind = "HashValue" if digest else "StepRef" if step else "DataRef"
            held = binascii.a2b_base64(digest or data_digest)
            values.append(Value(kind, SHA512, (step or uri).decode(), held))
        steps[name.decode()] = tuple(values)
    if len(steps) != data.count(b"<HashStep "):
        raise BadEvidence(_BAD, "two steps have the same id")
    return Chain(steps)


def _value(element: Any, default: str) -> Value:
    kind = _TAGS.get(element.tag, "value")
    children = list(element)
    method = default
    if children and children[0].tag == _DIGEST_METHOD:
        method = _method(children.pop(0))
    if not method:
        raise BadEvidence(_BAD, "a value without digest method")
    uri = element.get("URI", "")
    if kind == "StepRef" and uri and not children:
        return Value(kind, method, uri, b"")
    if kind in ("HashValue", "DataRef") and [child.tag for child in children] == [_DIGEST_VALUE]:
        if (kind == "DataRef") != bool(uri):
            raise BadEvidence(_BAD, f"a {kind} with a wrong URI")
        return Value(kind, method, uri, _digest(children[0], method))
    raise BadEvidence(_BAD, f"a step holds an unknown or incomplete {kind}")


def _method(element: Any) -> str:
    uri = str(element.get("Algorithm", ""))
    if uri not in ALGORITHMS or len(element):
        raise BadEvidence(_BAD, f"digest method {uri} is not allowed")
    return uri


def _digest(element: Any, method: str) -> bytes:
    digest = xml.decoded(element.text, malformed=_BAD)
    if len(element) or len(digest) != SIZES[ALGORITHMS[method]]:
        raise BadEvidence(_BAD, "a digest's length does not fit its method")
    return digest


def _hashed(method: str, data: bytes) -> bytes:
    return (
        hashlib.sha512(data).digest() if method == SHA512 else hashlib.new(ALGORITHMS[method], data).digest()
    )


@dataclass(slots=True)
class Walk:
    """One verification: what is expected, what was met, what could not be resolved."""

    chains: Mapping[str, Chain]
    inputs: Mapping[str, bytes]
    contents: Mapping[str, bytes]
    partial: bool
    left: int = MOST_STEPS
    met: set[str] = field(default_factory=set)
    unresolved: dict[str, Value] = field(default_factory=dict)

    def step(self, file: str, name: str, depth: int) -> bytes:
        """DER of the DigestList of a step and all below it."""
        chain = self.chains.get(file)
        if chain is None:
            raise BadEvidence("invalid_reference", f"there is no chain {file}")
        values = chain.steps.get(name)
        self.left -= 1
        if values is None or depth > MOST_DEPTH or self.left < 0:
            raise BadEvidence(_BAD, f"step {name} is missing, or the chain turns in circles")
        return mixed_digest_list([(self._resolved(one, file, depth), one.method) for one in values])

    def _resolved(self, value: Value, file: str, depth: int) -> bytes:
        if value.kind == "HashValue":
            return value.digest
        if value.kind == "StepRef":
            other, mark, name = value.uri.partition("#")
            if not mark or not name:
                raise BadEvidence(_BAD, f"{value.uri} names no step")
            below = self.step(other or file, name, depth + 1)
            return _hashed(value.method, below)
        return self._data(value)

    def _data(self, value: Value) -> bytes:
        if value.uri in self.met or value.uri in self.unresolved:
            raise BadEvidence(_BAD, f"{value.uri} stands in the chain twice")
        if value.method == SHA512 and value.uri in self.inputs:
            actual = self.inputs[value.uri]
        elif value.uri in self.contents:
            actual = _hashed(value.method, self.contents[value.uri])
        elif value.uri in self.inputs or not self.partial:
            raise BadEvidence("invalid_reference", f"{value.uri} cannot be resolved")
        else:
            self.unresolved[value.uri] = value
            return value.digest
        self.met.add(value.uri)
        if not hmac.compare_digest(actual, value.digest):
            raise BadEvidence("invalid_hash_chain_ref", f"{value.uri} is not what the chain says")
        return value.digest


def verify_chain(
    result: bytes | Result,
    chains: Mapping[str, bytes],
    inputs: Mapping[str, bytes],
    *,
    contents: Mapping[str, bytes] | None = None,
    partial: bool = False,
) -> Mapping[str, Value]:
    """Whether `inputs` (SHA-512 digests by name) stand under `result` by `chains` (XML by file) (§10.3).

    `contents` are the bytes themselves, for chains by another digest. With `partial` a DataRef to
    something that is not here is taken as it stands; all such are returned by name.
    Raises BadEvidence: malformed_hash_chain, invalid_reference, invalid_hash_chain_ref,
    hashchain_unused_inputs, invalid_hash_chain.
    """
    wanted = result if isinstance(result, Result) else read_result(result)
    read = {name: read_chain(data) for name, data in chains.items()}
    walk = Walk(read, inputs, contents or {}, partial)
    digest = _hashed(wanted.method, walk.step(wanted.file, wanted.step, 0))
    unused = inputs.keys() - walk.met
    if unused:
        raise BadEvidence("hashchain_unused_inputs", f"not in the chain: {', '.join(sorted(unused))}")
    if not hmac.compare_digest(digest, wanted.digest):
        raise BadEvidence("invalid_hash_chain", "the chain does not lead to its result")
    return walk.unresolved
