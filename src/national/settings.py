"""What one run of the national sandbox is told from outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SIGN_IN_RETURNS = (
    "http://localhost:8000/dang-nhap/tra-ve/",
    "http://127.0.0.1:8000/dang-nhap/tra-ve/",
)
SIGN_OUT_RETURNS = ("http://localhost:8000/", "http://127.0.0.1:8000/")

BANK_ACCOUNTS = (
    ("8600100001", "TRUNG TAM PHUC VU HANH CHINH CONG TINH AN GIANG"),
    ("8600100002", "UBND PHUONG RACH GIA"),
    ("8600100003", "UBND PHUONG LONG XUYEN"),
    ("8600100004", "UBND PHUONG CHAU DOC"),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Folder, address and the secrets a client must know. Nothing here has any worth outside a sandbox."""

    home: Path
    base: str
    """Address of the sandbox without a slash at its end; the OIDC issuer is this plus `/oidc`."""
    redirect_uris: tuple[str, ...] = SIGN_IN_RETURNS
    logout_uris: tuple[str, ...] = SIGN_OUT_RETURNS
    client_id: str = "tinhso-demo"
    client_secret: str = "tinhso-demo-secret"  # noqa: S105 - a sandbox secret, published on purpose
    client_name: str = "Cổng dịch vụ công tỉnh An Giang (Tỉnh Số)"
    csc_token: str = "tinhso-demo-csc"  # noqa: S105 - as above
    sms_token: str = "tinhso-demo-sms"  # noqa: S105 - as above; each provider adds `-` and its name
    sms_secret: str = "tinhso-demo-receipts"  # noqa: S105 - as above; signs receipts
    zalo_app_id: str = "4100000000000000001"
    zalo_token: str = "tinhso-demo-zalo"  # noqa: S105 - as above
    zalo_secret: str = "tinhso-demo-zalo-receipts"  # noqa: S105 - as above
    post_token: str = "tinhso-demo-post"  # noqa: S105 - as above
    post_secret: str = "tinhso-demo-post-notices"  # noqa: S105 - as above; signs notices of parcels
    lgsp_client_id: str = "tinhso-demo-lgsp"
    lgsp_client_secret: str = "tinhso-demo-lgsp-secret"  # noqa: S105 - as above
    lgsp_integration: str = "H01-TINHSO"
    """`MaTichHop`: the connection under which population questions may be asked."""
    vnpay_tmn_code: str = "TINHSO01"
    vnpay_secret: str = "tinhso-demo-vnpay"  # noqa: S105 - as above; the merchant's hash secret
    vnpay_payout_account: str = "8600100001"
    """Where the money of VNPAY's day goes on the next."""
    bank_bin: str = "970499"
    """Of no real bank, so that nobody pays by mistake."""
    bank_token: str = "tinhso-demo-bank"  # noqa: S105 - as above
    bank_secret: str = "tinhso-demo-bank-notices"  # noqa: S105 - as above; signs notices of credits
    bank_accounts: tuple[tuple[str, str], ...] = BANK_ACCOUNTS
    """Agencies' accounts: number and name. Those of the demo people are added."""
    payplat_secret: str = "tinhso-demo-payplat"  # noqa: S105 - as above; signs both ways
    payplat_return: str = ""
    """Where the payment platform sends people back to; below the callback's origin when unset."""
    tax_secret: str = "tinhso-demo-tax"  # noqa: S105 - as above; signs receipts handed over
    exchange_instance: str = "VN-DEMO"
    exchange_validity: float = 3600.0
    """Seconds for which the directory's document holds."""
    exchange_port: int = 0
    """Where information systems ask the national security server (loopback, plain HTTP); 0 for no server."""
    exchange_peer_port: int = 0
    """Where other security servers ask it (mutual TLS); 0 for no server."""
    callback: str = ""
    """Where receipts and notices go: this plus the service's name and a slash; empty for nowhere."""
    secret: str = "sandbox-secret"  # noqa: S105 - guards issuing, revoking and fault switches
    keys: Path | None = None
    """Folder of ready-made private keys shared between runs; `home/keys` when unset."""
    auto_approve: bool = False
    """The phone says yes by itself: for tests and benches."""

    @property
    def issuer(self) -> str:
        """The OIDC issuer identifier."""
        return f"{self.base}/oidc"
