"""Images of a handwritten signature (blue) and a round seal (red), for tests and benches."""

from __future__ import annotations

from tinhso.foundation.signing import specimens

SIGNATURE = specimens.signature("Trần Văn Dũng")
SEAL = specimens.seal("Ủy ban nhân dân phường Rạch Giá")
