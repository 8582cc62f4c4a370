"""What verification found, as data and as sentences that anyone can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from tinhso.foundation.moments import local


class Level(StrEnum):
    """How long a signature can be checked (ETSI EN 319 142-1)."""

    NONE = "none"
    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"


class Revocation(StrEnum):
    """Whether the certificate was revoked when it signed."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Change(StrEnum):
    """The most serious thing done to the document after a signature."""

    NOTHING = "nothing"
    PROOF = "proof"
    FIELDS = "fields"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature. `stamped_at` is what a trusted authority vouches for, `claimed_at` what the signer says.

    `changed_fields` are the labels of fields filled or signed after it; `changes_allowed` says whether this
    signature permits what was done after it.
    """

    field: str
    signer: str
    agency: str
    serial: str
    issuer: str
    claimed_at: datetime | None
    stamped_at: datetime | None
    stamp_authority: str
    intact: bool
    trusted: bool
    revocation: Revocation
    revoked_at: datetime | None
    level: Level
    change: Change
    changed_fields: tuple[str, ...]
    changes_allowed: bool
    whole_document: bool

    @property
    def sound(self) -> bool:
        """Intact, by a trusted signer not revoked, and nothing forbidden done since."""
        return self.intact and self.trusted and self.revocation is Revocation.GOOD and self.changes_allowed

    @property
    def sentences(self) -> tuple[str, ...]:
        """Plain sentences: who, when, whether it holds, what changed."""
        return (self._who(), self._holds(), self._trust(), *self._since())

    def _who(self) -> str:
        names = {"signer": self.signer or _("Người ký không rõ tên"), "agency": self.agency}
        who = "%(signer)s" if not self.agency or self.agency == self.signer else _("%(signer)s, %(agency)s")
        if self.stamped_at is not None:
            return _("%(who)s ký lúc %(moment)s, theo dấu thời gian của %(authority)s.") % {
                "who": who % names,
                "moment": _moment(self.stamped_at),
                "authority": self.stamp_authority,
            }
        if self.claimed_at is not None:
            return _("%(who)s ký; máy của người ký ghi lúc %(moment)s, không có dấu thời gian làm chứng.") % {
                "who": who % names,
                "moment": _moment(self.claimed_at),
            }
        return _("%(who)s ký, không rõ thời điểm.") % {"who": who % names}

    def _holds(self) -> str:
        if self.intact:
            return _("Nội dung đã ký còn nguyên vẹn.")
        return _("Chữ ký không khớp với nội dung: văn bản đã bị sửa hoặc chữ ký hỏng.")

    def _trust(self) -> str:
        if self.revocation is Revocation.REVOKED and self.revoked_at is not None:
            return _("Chứng thư của người ký đã bị thu hồi ngày %(day)s.") % {
                "day": f"{local(self.revoked_at):%d/%m/%Y}"
            }
        if not self.trusted:
            return _("Chưa tin được người ký: chứng thư không do tổ chức được tin cậy cấp.")
        if self.revocation is Revocation.GOOD:
            return _("Chứng thư của người ký hợp lệ và chưa bị thu hồi khi ký.")
        return _("Chứng thư do tổ chức được tin cậy cấp, nhưng chưa rõ khi ký có bị thu hồi không.")

    def _since(self) -> tuple[str, ...]:
        if self.change is Change.NOTHING:
            return (_("Sau chữ ký này văn bản không thay đổi gì."),)
        if self.change is Change.PROOF:
            return (_("Sau chữ ký này văn bản chỉ được thêm dữ liệu để kiểm tra chữ ký về sau."),)
        if self.change is Change.FIELDS:
            names = ", ".join(self.changed_fields)
            if self.changes_allowed:
                return (
                    _("Sau chữ ký này chỉ các ô được phép mới điền hoặc ký: %(names)s.") % {"names": names},
                )
            return (_("Sau chữ ký này có ô không được phép mà vẫn bị điền: %(names)s.") % {"names": names},)
        return (_("Sau chữ ký này văn bản đã bị sửa theo cách không được phép."),)


@dataclass(frozen=True, slots=True)
class Report:
    """All signatures of a document, in the order they were made."""

    signatures: tuple[SignatureReport, ...]
    checked_at: datetime

    @property
    def sound(self) -> bool:
        """At least one signature, every one of them sound."""
        return bool(self.signatures) and all(one.sound for one in self.signatures)

    @property
    def sentences(self) -> tuple[str, ...]:
        """A verdict, then what is to be said of each signature."""
        if not self.signatures:
            return (_("Văn bản không có chữ ký số."),)
        verdict = (
            _("Văn bản có %(count)s chữ ký số, tất cả đều hợp lệ.")
            if self.sound
            else _("Văn bản có %(count)s chữ ký số, có chữ ký chưa hợp lệ.")
        )
        return (
            verdict % {"count": len(self.signatures)},
            *(sentence for one in self.signatures for sentence in one.sentences),
        )


def _moment(at: datetime) -> str:
    return f"{local(at):%H:%M:%S %d/%m/%Y}"
