"""What betrays the sandbox: secrets that anybody can read in our source, addresses on this very machine."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

KNOWN = ("tinhso-demo", "TINHSO01", "H01-TINHSO")
HOSTS = ("localhost", "127.", "::1", "0.0.0.0")  # noqa: S104 - named to be refused


def is_local(host: str) -> bool:
    """Whether a host is this very machine, where only the sandbox lives."""
    return not host or host == "localhost" or host.endswith(".localhost") or host.startswith(HOSTS)


def faults(*, addresses: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """A sentence for each variable, by name, that production may not start with.

    `addresses` are of services in use; `given` is what a service gave us, such as a secret: it is neither
    empty nor the sandbox's.
    """
    found = [
        _("%(name)s đang trỏ tới hệ thống thử: đặt địa chỉ của dịch vụ thật.") % {"name": name}
        for name, url in addresses.items()
        if is_local(urlsplit(url).hostname or "")
    ]
    for name, word in given.items():
        if not word:
            found.append(_("%(name)s chưa có: đặt giá trị được cấp.") % {"name": name})
        elif word.startswith(KNOWN):
            found.append(_("%(name)s là giá trị trình diễn: đặt giá trị được cấp.") % {"name": name})
    return found
