"""The developers' sandbox: programs call services at a second address and are answered from examples.

A call looks as it will at the gateway (exchange protocol §3): same path, headers, faults and answer. In place
of the system's certificate stands a key, in place of agreement and service the description. The contract is
always enforced, so that a developer learns here what the service would refuse.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID, uuid4

from django.core import signing

from tinhso.exchange.contracts import ContractCheck
from tinhso.exchange.guards import contracts, verbs
from tinhso.exchange.guards.openapi import BadDescription
from tinhso.exchange.models import Application, Service
from tinhso.exchange.offers import offered
from tinhso.exchange.operations import trying_out
from tinhso.exchange.protocol import rest
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.globs import safe_path

SIDE = "server.clientproxy"
_SIGNER = signing.Signer(salt="exchange.sandbox")


def key_of(application_id: UUID) -> str:
    """The key by which an application's programs enter; it opens examples and nothing else."""
    return _SIGNER.sign(str(application_id))


def answer(
    key: str, *, verb: str, target: str, headers: Iterable[tuple[str, str]], body: bytes
) -> tuple[rest.Response, bytes]:
    """The answer to a call with its body; `target` is `/r1/…` with its query. Raises Fault."""
    request = rest.accept_request(verb, target, headers, new_uuid=lambda: str(uuid4()))
    application = _application(key)
    if str(request.client) != application.identifier:
        raise Fault("ssl_authentication_failed", f"The key is of {application.identifier}, not of the client")
    safe_path(request.service_path)
    verbs.require_plain(request.headers)
    service = _service(request)
    try:
        examples = trying_out.examples(service)
    except (BadDescription, ValueError) as error:
        raise Fault("internal_error", f"The description cannot be used: {error}") from error
    asked = request.verb, request.service_path, request.query, request.headers
    contracts.enforce_request(ContractCheck.ENFORCE, examples.contract.request(*asked, body))
    made = examples.mock.answer(request.verb, request.service_path, request.header("accept"))
    digest = hashlib.sha512(body).digest() if body else None
    passed = rest.answer_headers(made.headers, request, rest.request_hash(rest.head(request), digest))
    return rest.Response(made.status, "", passed), made.body


def _application(key: str) -> Application:
    try:
        found = Application.objects.filter(id=UUID(_SIGNER.unsign(key)), ended_at=None).first()
    except (signing.BadSignature, ValueError):
        found = None
    if found is None:
        raise Fault(
            "ssl_authentication_failed", "The key is of no application; the portal shows the right one"
        )
    return found


def _service(request: rest.Request) -> Service:
    found = (
        offered()
        .filter(
            subsystem__identifier=str(request.service.owner),
            subsystem__ended_at=None,
            code=request.service.code,
        )
        .first()
    )
    if found is None:
        raise Fault("unknown_service", f"Unknown service: {request.service}")
    if not trying_out.possible(found):
        raise Fault("service_type", f"Service {request.service} has no OpenAPI description to answer from")
    return found
