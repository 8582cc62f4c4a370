"""Hash chains: one signature or stamp over many messages (exchange protocol §10.2, §10.3). SHA-512 only."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from national.exchange.failures import Failure
from national.exchange.xml import CHAIN, DS, SHA512, BadXml, local, only, read, text

SIG_RESULT, SIG_CHAIN = "sig-hashchainresult.xml", "sig-hashchain.xml"
TS_RESULT, TS_CHAIN = "ts-hashchainresult.xml", "ts-hashchain.xml"
MOST_STEPS = 64
Node = bytes | tuple["Node", "Node"]


class Leaf(NamedTuple):
    """What one chain ends in: names of data and their digests, in order."""

    names: tuple[str, ...]
    digests: tuple[bytes, ...]

    @property
    def value(self) -> bytes:
        """The leaf in the tree: the digest itself, or that of the list when there are several."""
        return self.digests[0] if len(self.digests) == 1 else node(self.digests)


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def digest_list(digests: Sequence[bytes]) -> bytes:
    """DER of the list: each digest with its algorithm and an empty sequence."""
    items = [_der(0x30, _der(0x04, one) + _der(0x0C, SHA512.encode()) + _der(0x30, b"")) for one in digests]
    return _der(0x30, b"".join(items))


def node(digests: Sequence[bytes]) -> bytes:
    """The digest of a list."""
    return hashlib.sha512(digest_list(digests)).digest()


def top(leaves: Sequence[bytes]) -> bytes:
    """The tree's top: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    at = _split(len(leaves))
    return node((top(leaves[:at]), top(leaves[at:])))


def _split(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def result(digest: bytes, chain_name: str) -> bytes:
    """`HashChainResult`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<HashChainResult xmlns="{CHAIN}" xmlns:ds="{DS}"'
        f' URI="/{chain_name}#STEP0"><ds:DigestMethod Algorithm="{SHA512}"></ds:DigestMethod>'
        f"<ds:DigestValue>{_b64(digest)}</ds:DigestValue></HashChainResult>"
    ).encode()


def chain(leaf: Leaf, before: Sequence[bytes], after: Sequence[bytes]) -> bytes:
    """`HashChain` from the top down to a leaf that stands between other leaves."""
    leaves = [*before, leaf.value, *after]
    steps: list[str] = []
    _walk(leaves, len(before), leaf, steps)
    body = "".join(f'<HashStep id="STEP{number}">{step}</HashStep>' for number, step in enumerate(steps))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<HashChain xmlns="{CHAIN}" xmlns:ds="{DS}">'
        f'<DefaultDigestMethod Algorithm="{SHA512}"></DefaultDigestMethod>{body}</HashChain>'
    ).encode()


def _walk(leaves: Sequence[bytes], at: int, leaf: Leaf, steps: list[str]) -> None:
    if len(leaves) == 1:
        steps.append(_data(leaf))
        return
    half = _split(len(leaves))
    left = at < half
    mine, others = (leaves[:half], leaves[half:]) if left else (leaves[half:], leaves[:half])
    single = len(mine) == 1 and len(leaf.names) == 1
    here = _data(leaf) if single else f'<StepRef URI="#STEP{len(steps) + 1}"></StepRef>'
    other = f"<HashValue><ds:DigestValue>{_b64(top(others))}</ds:DigestValue></HashValue>"
    steps.append(here + other if left else other + here)
    if not single:
        _walk(mine, at if left else at - half, leaf, steps)


def _data(leaf: Leaf) -> str:
    return "".join(
        f'<DataRef URI="/{name}"><ds:DigestValue>{_b64(digest)}</ds:DigestValue></DataRef>'
        for name, digest in zip(leaf.names, leaf.digests, strict=True)
    )


def verify(result_xml: bytes, chain_xml: bytes, chain_name: str, inputs: Mapping[str, bytes | None]) -> None:
    """Whether the chain leads from the result to all inputs: names and digests, None for data not at hand.

    Raises Failure: `malformed_hash_chain`, `invalid_hash_chain`, `invalid_hash_chain_ref`,
    `hashchain_unused_inputs`.
    """
    try:
        root, told = read(chain_xml), read(result_xml)
        if root.tag != f"{{{CHAIN}}}HashChain" or told.tag != f"{{{CHAIN}}}HashChainResult":
            raise BadXml("no hash chain")
        _is_sha512(only(told, (DS, "DigestMethod")))
        wanted = _digest(told)
        if told.get("URI") != f"/{chain_name}#STEP0":
            raise BadXml("the result belongs to another chain")
        first = only(root, (CHAIN, "DefaultDigestMethod"))
        _is_sha512(first)
        steps = list(root)[1:]
        if root[0] is not first or len(steps) > MOST_STEPS:
            raise BadXml("too long, or not in order")
        walk = _Walk(steps, inputs)
        got = walk.step("STEP0")
    except BadXml as fault:
        raise Failure("malformed_hash_chain", str(fault)) from fault
    if walk.seen != set(walk.steps):
        raise Failure("malformed_hash_chain", "a step that nothing refers to")
    if set(inputs) - walk.used:
        raise Failure("hashchain_unused_inputs", f"not in the chain: {sorted(set(inputs) - walk.used)}")
    if got != wanted:
        raise Failure("invalid_hash_chain", "the chain does not lead to the result")


class _Walk:
    """From STEP0 down."""

    def __init__(self, steps: Sequence[etree._Element], inputs: Mapping[str, bytes | None]) -> None:
        self.steps = {str(step.get("id")): step for step in steps}
        if len(self.steps) != len(steps) or any(step.tag != f"{{{CHAIN}}}HashStep" for step in steps):
            raise BadXml("something else than steps, or a step twice")
        self.inputs, self.used, self.seen = inputs, set[str](), set[str]()

    def step(self, name: str) -> bytes:
        """The digest of a step; one whose only entry is data is that data's digest list too."""
        if name in self.seen or name not in self.steps:
            raise BadXml(f"no way to step {name}, or two")
        self.seen.add(name)
        digests = [self._value(child) for child in self.steps[name]]
        if not digests:
            raise BadXml("an empty step")
        return node(digests)

    def _value(self, child: etree._Element) -> bytes:
        if etree.QName(child).namespace != CHAIN:
            raise BadXml("an unknown element")
        uri, kind = child.get("URI", ""), local(child)
        if kind == "HashValue":
            return _digest(child)
        if kind == "StepRef" and uri.startswith("#"):
            return self.step(uri[1:])
        if kind != "DataRef" or not uri.startswith("/"):
            raise BadXml(f"an unknown element {kind}")
        digest = _digest(child)
        if uri[1:] not in self.inputs or uri[1:] in self.used:
            raise Failure("invalid_hash_chain_ref", f"{uri} is not among the data, or stands twice")
        self.used.add(uri[1:])
        if self.inputs[uri[1:]] not in (None, digest):
            raise Failure("invalid_hash_chain_ref", f"the digest of {uri} is another")
        return digest


def _digest(element: etree._Element) -> bytes:
    own = element.find(f"{{{DS}}}DigestMethod")
    if own is not None:
        _is_sha512(own)
    try:
        digest = base64.b64decode(text(element, (DS, "DigestValue")), validate=True)
    except ValueError as fault:
        raise BadXml("a digest that is not base64") from fault
    if len(digest) != 64:
        raise BadXml("a digest of another length")
    return digest


def _is_sha512(element: etree._Element) -> None:
    if element.get("Algorithm") != SHA512:
        raise BadXml("another algorithm than SHA-512")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
