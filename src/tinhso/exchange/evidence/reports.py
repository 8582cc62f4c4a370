"""What was verified and what was not, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tinhso.exchange.evidence.errors import BadEvidence


def gettext_noop(message: str) -> str:
    """Marks a sentence for the catalogues; whoever shows it translates it."""
    return message


SENTENCES = {
    "signature": gettext_noop("Chữ ký của %(member)s trên thông điệp đúng, lập lúc %(signed_at)s."),
    "certificate": gettext_noop("Chứng thư ký còn hiệu lực và chưa bị thu hồi theo trả lời OCSP kèm chữ ký."),
    "sender": gettext_noop("Nơi gửi ghi trong thông điệp chính là chủ chứng thư ký."),
    "stamp": gettext_noop("Dấu thời gian cấp lúc %(stamped_at)s đúng và thuộc về chữ ký này."),
    "attachments": gettext_noop("%(count)s phần kèm theo đúng như khi ký."),
    "attachment_missing": gettext_noop(
        "%(name)s không có trong gói nên chưa kiểm chứng; khi ký, giá trị băm của nó là %(digest)s."
    ),
    "stranger": gettext_noop("Tệp %(name)s trong gói không thuộc bằng chứng; không ai ký nó."),
    "stamping_revocation": gettext_noop(
        "Chưa hỏi việc thu hồi chứng thư của nơi cấp dấu thời gian; nơi này được tin vì cấu hình nêu tên."
    ),
    "late_stamp": gettext_noop(
        "Dấu thời gian đến sau khi ký %(hours)s giờ; công cụ khác có thể xem trả lời OCSP là quá cũ."
    ),
    "lone_message": gettext_noop(
        "Chữ ký theo lô không cho biết thông điệp này còn phần kèm nào bị bỏ ra ngoài hay không."
    ),
    "container": gettext_noop("Đây không phải là một gói bằng chứng ASiC-E nguyên vẹn."),
    "malformed": gettext_noop("Chữ ký hoặc chuỗi băm không đúng mẫu của giao thức."),
    "changed": gettext_noop("Thông điệp, phần kèm hoặc chữ ký đã bị thay đổi sau khi ký."),
    "untrusted": gettext_noop("Chứng thư ký không được tin vào lúc đó."),
    "bad_stamp": gettext_noop("Dấu thời gian thiếu, sai hoặc của nơi không được tin."),
    "unreadable": gettext_noop("Thông điệp trong gói không đọc được."),
    "links": gettext_noop("Tệp lưu trữ bị thiếu, thừa, đổi hoặc không nối tiếp tệp trước."),
    "unknown": gettext_noop("Không kiểm chứng được."),
}

_FAULTS = {
    "changed": (
        "invalid_signature_value",
        "invalid_hash_chain",
        "invalid_hash_chain_ref",
        "hashchain_unused_inputs",
    ),
    "malformed": ("malformed_signature", "malformed_hash_chain", "invalid_reference", "invalid_xml"),
    "untrusted": (
        "cert_validation",
        "incorrect_validation_info",
        "cannot_create_cert_path",
        "incorrect_certificate",
        "invalid_cert_path",
        "ocsp_response_parsing_failure",
        "ocsp_response_verification_failure",
    ),
    "bad_stamp": (
        "asic_timestamp_not_found",
        "timestamp_response_validation_failed",
        "timestamp_signer_verification_failed",
        "timestamp_token_signer_info_not_found",
        "tsp_certificate_not_found",
        "no_timestamping_provider_found",
    ),
    "unreadable": ("invalid_message",),
}
_KIND_OF = {code: kind for kind, codes in _FAULTS.items() for code in codes}


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence: `kind` is a key of SENTENCES, `values` go into it."""

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """The sentence before its values, a msgid."""
        return SENTENCES[self.kind]

    def __str__(self) -> str:
        return self.template % self.values


@dataclass(frozen=True, slots=True)
class Failure:
    """Why evidence does not hold: a code of exchange protocol §5.5, a sentence, and details in English."""

    code: str
    finding: Finding
    details: str

    @classmethod
    def of(cls, fault: BadEvidence, *, links: bool = False) -> Failure:
        """The failure that a fault makes; `links` when it is about the archive as such."""
        kind = _KIND_OF.get(fault.code, "container" if fault.code.startswith("asic_") else "unknown")
        return cls(fault.code, Finding("links" if links else kind), fault.message)


@dataclass(frozen=True, slots=True)
class Report:
    """Of one container. It holds when `failure` is None; then the other fields are set."""

    failure: Failure | None = None
    verified: tuple[Finding, ...] = ()
    unverified: tuple[Finding, ...] = ()
    member: str = ""
    client: str = ""
    service: str = ""
    message_id: str = ""
    request_id: str = ""
    response: bool = False
    signed_at: datetime | None = None
    stamped_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether the evidence holds for all that is in `verified`."""
        return self.failure is None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything said, in the source language, failure first."""
        first = () if self.failure is None else (self.failure.finding,)
        return tuple(map(str, (*first, *self.verified, *self.unverified)))


@dataclass(frozen=True, slots=True)
class ArchiveReport:
    """Of one archive: its place in the chain, and the containers that do not hold."""

    previous: str
    last: str
    count: int
    """Containers that were examined."""
    failure: Failure | None = None
    unsound: tuple[tuple[str, Report], ...] = ()
    unverified: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of sentence about what was not verified came up."""

    @property
    def holds(self) -> bool:
        """Whether the chain and every container hold."""
        return self.failure is None and not self.unsound
