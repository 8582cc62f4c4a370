from __future__ import annotations

import pytest
from asn1crypto import cms

from tests.foundation.audit.support import AT, broken, write
from tests.foundation.signing import national
from tinhso.foundation import audit, http, stamping
from tinhso.foundation.audit.models import AuditStamp
from tinhso.foundation.signing import HttpStamps, ports

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_trace_is_stamped_by_the_authority_signing_uses(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit.stamp_authority, "_bound", stamping.SigningStamps())
    write()
    with national.serving(kind) as authority:
        bound = HttpStamps(f"{authority.address}/tsa")
        monkeypatch.setattr(ports.stamp_authority, "_bound", bound)
        assert audit.stamp(at=AT) == 2
        http.close()

    row = AuditStamp.objects.get()
    stamps = stamping.SigningStamps()
    assert stamps.stamped_at(bytes(row.token), bytes(row.digest)).tzinfo is not None
    assert audit.verify(at=AT, authority=stamps).intact
    with pytest.raises(ValueError, match=r"\w"):
        stamps.stamped_at(bytes(row.token), bytes(32))
    for place in range(-60, -10, 7):
        forged = bytearray(row.token)
        forged[place] ^= 1
        with pytest.raises(ValueError, match=r"\w"):
            stamps.stamped_at(bytes(forged), bytes(row.digest))
    moved = cms.ContentInfo.load(bytes(row.token))
    moved["content"]["encap_content_info"]["content"].parsed["serial_number"] = 99
    with pytest.raises(ValueError, match=r"\w"):
        stamps.stamped_at(moved.dump(force=True), bytes(row.digest))
    assert broken() == ""
