"""All services as one application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from national import people
from national.ca.authority import Authority
from national.ca.routes import ca_routes, crl_routes, ocsp_get, ocsp_post
from national.csc import phone
from national.csc import routes as csc_routes
from national.csc.service import Service
from national.exchange import civil, portal, registration
from national.exchange.directory import Directory
from national.exchange.nation import NATION, enrol
from national.exchange.server import SecurityServer
from national.faults import FaultGate, Faults, Unusable, read
from national.guard import guarded
from national.keys import KeyFolder
from national.messaging import pages as handsets
from national.messaging import push, sms, zalo
from national.messaging.carrier import SMS_SERVICES, Carrier
from national.oidc import machine
from national.oidc import pages as oidc_pages
from national.oidc.provider import Provider
from national.pages import page, static
from national.payments import payouts
from national.payments.bank import interface as bank_interface
from national.payments.bank import pages as bank_pages
from national.payments.bank import statements as bank_statements
from national.payments.money import Money
from national.payments.payplat import routes as payplat
from national.payments.vnpay import interface as vnpay_interface
from national.payments.vnpay import pages as vnpay_pages
from national.post import routes as post
from national.post.parcels import Parcels
from national.registers import routes as registers
from national.registers.clients import Clients
from national.settings import Settings
from national.tax import routes as tax
from national.tax.register import Register
from national.tsa import routes as tsa_routes
from national.tsa.stamps import Stamper


async def index(http: Request) -> Response:
    """What stands here, on one page."""
    return page("index.html", settings=http.app.state.settings, people=people.everyone())


async def health(_: Request) -> Response:
    """Says that the sandbox is up."""
    return JSONResponse({"ok": True})


async def everyone(_: Request) -> Response:
    """The demo people as JSON, for tests and the demo's own screen."""
    return JSONResponse([person.claims() | {"story": person.story} for person in people.everyone()])


@guarded
async def fault(http: Request) -> Response:
    """GET lists the switches, POST turns one on, DELETE turns all (or one service's) off."""
    faults: Faults = http.app.state.faults
    if http.method == "DELETE":
        faults.clear(http.query_params.get("service"))
    elif http.method == "POST":
        try:
            given = await http.json()
            if not isinstance(given, dict):
                raise Unusable("a JSON object is expected")
            faults.switch_on(read(given))
        except ValueError as refused:
            return JSONResponse({"error": str(refused)}, 400)
    return JSONResponse({"faults": faults.listed()})


def _under(prefix: str, routes: list[Route]) -> list[BaseRoute]:
    """The same routes below a prefix; a Mount would hide `app.state` behind a second application."""
    return [
        Route((prefix + route.path).rstrip("/"), route.endpoint, methods=list(route.methods or []))
        for route in routes
    ]


def make(settings: Settings) -> Starlette:
    """Build everything for one home folder; makes keys and certificates that are not there yet."""
    settings.home.mkdir(parents=True, exist_ok=True)
    keys = KeyFolder(settings.keys or settings.home / "keys")
    faults = Faults()
    authority = Authority(settings, keys, faults)
    app = Starlette(
        routes=[
            Route("/", index),
            Route("/health", health),
            Route("/people.json", everyone),
            Route("/static/{file}", static),
            Route("/_fault", fault, methods=["GET", "POST", "DELETE"]),
            *_under("/oidc", machine.routes + oidc_pages.routes),
            *_under("/ca", ca_routes),
            *_under("/crl", crl_routes),
            *_under("/tsa", tsa_routes.routes),
            *_under("/csc", csc_routes.routes),
            *_under("/phone", phone.routes),
            *(route for name in SMS_SERVICES for route in _under(f"/{name}", sms.routes)),
            *_under("/zalo", zalo.routes),
            *_under("/push", push.routes),
            *_under("/messages", handsets.routes),
            *_under("/post", post.routes),
            *_under("/lgsp", registers.routes),
            *_under("/vnpay", vnpay_pages.routes + vnpay_interface.routes),
            *_under("/bank", bank_pages.routes + bank_interface.routes + bank_statements.routes),
            *_under("/bank", payouts.routes),
            *_under("/payplat", payplat.routes),
            *_under("/tax", tax.routes),
            *_under("/exchange", registration.routes),
            *civil.routes,
            *_under("/dvcqg", portal.routes),
            Route("/ocsp", ocsp_post, methods=["POST"]),
            Route("/ocsp/{question:path}", ocsp_get),
        ],
        middleware=[Middleware(FaultGate, faults=faults)],
    )
    app.state.settings = settings
    app.state.faults = faults
    app.state.authority = authority
    app.state.stamper = Stamper(authority)
    app.state.directory = Directory(authority, faults, app.state.stamper.certificate.dump())
    enrol(app.state.directory)
    app.state.usages = civil.Usages(settings.home / "national.sqlite3")
    if settings.exchange_port:
        app.state.security_server = SecurityServer(
            app.state.directory, NATION, settings.exchange_port, settings.exchange_peer_port
        )
        civil.offer(
            app.state.security_server.office.services,
            instance=settings.exchange_instance,
            base=settings.base,
            asker=f"{settings.exchange_instance}/GOV/H01/TINHSO",
        )
        app.state.security_server.start()
    app.state.service = Service(authority)
    app.state.provider = Provider(settings, keys, faults)
    app.state.carrier = Carrier(settings, faults)
    app.state.parcels = Parcels()
    app.state.lgsp, app.state.questions = Clients(settings, faults), {}
    app.state.money = Money(settings, faults)
    app.state.receipts = Register(settings.home)
    app.state.sms_taken, app.state.zalo_sent, app.state.browsers = {}, {}, {}
    return app
