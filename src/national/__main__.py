"""`python -m national`: serve every national service of the sandbox from one process."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from national import serve
from national.ports import PortTaken
from national.settings import SIGN_IN_RETURNS, SIGN_OUT_RETURNS, Settings


def _list(name: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(os.environ.get(name, "").split()) or usual


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Settings from the command line, then the environment, then the usual values."""
    base = arguments.issuer or f"http://localhost:{arguments.port}"
    return Settings(
        home=arguments.home,
        base=base.rstrip("/").removesuffix("/oidc"),
        redirect_uris=tuple(arguments.redirect_uri) or _list("NATIONAL_REDIRECT_URIS", SIGN_IN_RETURNS),
        logout_uris=tuple(arguments.logout_uri) or _list("NATIONAL_LOGOUT_URIS", SIGN_OUT_RETURNS),
        client_id=os.environ.get("NATIONAL_CLIENT_ID", Settings.client_id),
        client_secret=os.environ.get("NATIONAL_CLIENT_SECRET", Settings.client_secret),
        csc_token=os.environ.get("NATIONAL_CSC_TOKEN", Settings.csc_token),
        secret=os.environ.get("NATIONAL_SECRET", Settings.secret),
        exchange_port=arguments.exchange_port or arguments.port + 120,
        exchange_peer_port=arguments.exchange_peer_port or arguments.port + 130,
        keys=arguments.keys,
        auto_approve=arguments.auto_approve,
        callback=arguments.callback or os.environ.get("NATIONAL_CALLBACK", ""),
        vnpay_secret=os.environ.get("NATIONAL_VNPAY_SECRET", Settings.vnpay_secret),
        bank_token=os.environ.get("NATIONAL_BANK_TOKEN", Settings.bank_token),
        bank_secret=os.environ.get("NATIONAL_BANK_SECRET", Settings.bank_secret),
        payplat_secret=os.environ.get("NATIONAL_PAYPLAT_SECRET", Settings.payplat_secret),
        payplat_return=os.environ.get("NATIONAL_PAYPLAT_RETURN", ""),
    )


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="national", description=__doc__)
    made.add_argument("--home", type=Path, required=True, help="folder of keys, certificates and database")
    made.add_argument("--host", default="127.0.0.1", help="address to listen on")
    made.add_argument("--port", type=int, default=8100, help="port to listen on")
    made.add_argument("--issuer", default="", help="public address of the sandbox, with or without /oidc")
    made.add_argument("--redirect-uri", action="append", default=[], help="registered return of sign-in")
    made.add_argument("--logout-uri", action="append", default=[], help="registered return of sign-out")
    made.add_argument("--callback", default="", help="where receipts of messages go, with a slash at its end")
    made.add_argument("--exchange-port", type=int, default=0, help="security server; usually port + 120")
    made.add_argument("--exchange-peer-port", type=int, default=0, help="its peers; usually port + 130")
    made.add_argument("--keys", type=Path, default=None, help="folder of ready-made private keys")
    made.add_argument("--auto-approve", action="store_true", help="the phone says yes by itself")
    return made


def main() -> None:
    """Serve until told to stop."""
    arguments = parser().parse_args()
    settings = settings_of(arguments)
    sys.stdout.write(f"national sandbox: {settings.base}/\n")
    sys.stdout.flush()
    try:
        serve.run(settings, host=arguments.host, port=arguments.port)
    except PortTaken as fault:
        sys.exit(f"national: {fault}")


if __name__ == "__main__":
    main()
