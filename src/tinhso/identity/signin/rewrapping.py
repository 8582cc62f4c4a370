"""Secrets of second factors under a newer master key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from tinhso.foundation import crypto

ENCRYPTED = ("secret", "seed")


def again() -> int:
    """Encrypt all that the current master key does not; how many second factors that were."""
    done = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None or set(_masters(row)) <= {crypto.ring().current.name}:
                continue
            row.data = _each(row.data, lambda text: encrypt(decrypt(text)))
            row.save(update_fields=["data"])
            done += 1
    return done


def left() -> Counter[str]:
    """How many secrets each master key encrypts."""
    found: Counter[str] = Counter()
    for row in Authenticator.objects.iterator():
        found.update(_masters(row))
    return found


def _masters(row: Authenticator) -> Iterator[str]:
    texts = [str(row.data[name]) for name in ENCRYPTED if name in row.data]
    texts += [str(code) for code in row.data.get("migrated_codes", ())]
    for text in texts:
        yield text.partition(":")[0]


def _each(data: dict[str, object], change: Callable[[str], str]) -> dict[str, object]:
    """The data with every encrypted text changed: TOTP's secret, the seed of recovery codes, old codes."""
    changed = {name: change(str(data[name])) for name in ENCRYPTED if name in data}
    codes = data.get("migrated_codes")
    if isinstance(codes, list):
        changed_codes = [change(str(code)) for code in codes]
        return {**data, **changed, "migrated_codes": changed_codes}
    return {**data, **changed}
