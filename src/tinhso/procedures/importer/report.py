"""The table of what was recovered per field, and the list of what was not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tinhso.procedures.importer.contracts import Mark, Recovered

LABELS = {
    "name": "tên thủ tục",
    "sector": "lĩnh vực",
    "decision_number": "số quyết định công bố",
    "levels": "cấp thực hiện",
    "applicant_kinds": "đối tượng thực hiện",
    "agencies": "cơ quan thực hiện",
    "steps": "trình tự thực hiện",
    "channels": "cách thức thực hiện",
    "durations": "thời hạn theo cách nộp",
    "term": "thời hạn chung",
    "fees": "phí, lệ phí",
    "papers": "thành phần hồ sơ",
    "cases": "trường hợp của giấy tờ",
    "legal_bases": "căn cứ pháp lý",
    "conditions": "yêu cầu, điều kiện",
    "results": "kết quả",
}
COLUMNS = (
    (Mark.WHOLE, "đủ"),
    (Mark.PART, "một phần"),
    (Mark.ABSENT, "nguồn không có"),
    (Mark.LOST, "không đọc được"),
)


class Tally:
    """Counts findings as records go by, so that a large file need not be kept in memory."""

    def __init__(self) -> None:
        self.records = 0
        self.marks: dict[str, Counter[Mark]] = defaultdict(Counter)
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.lost: list[tuple[str, str, str]] = []

    def through(self, records: Iterable[Recovered]) -> Iterator[Recovered]:
        """The same records, counted."""
        for one in records:
            self.records += 1
            for finding in one.findings:
                self.marks[finding.field][finding.mark] += 1
                if finding.mark in {Mark.PART, Mark.LOST}:
                    reason = finding.why.split(":")[0]
                    self.reasons[finding.field, reason] += 1
                if finding.mark is Mark.LOST:
                    self.lost.append((one.code, finding.field, finding.why))
            yield one

    def table(self) -> str:
        """One line per field: how many records gave it whole, in part, not at all; what was lost."""
        head = f"{'Trường':<26}" + "".join(f"{title:>16}" for _mark, title in COLUMNS) + f"{'đọc được':>11}"
        lines = [head]
        for field, marks in self.marks.items():
            there = self.records - marks[Mark.ABSENT]
            read = 100 * (marks[Mark.WHOLE] + marks[Mark.PART]) / there if there else 100.0
            lines.append(
                f"{LABELS.get(field, field):<26}"
                + "".join(f"{marks[mark]:>16}" for mark, _title in COLUMNS)
                + f"{read:>9.1f} %"
            )
        return "\n".join(lines)

    def not_recovered(self) -> str:
        """Why fields came in part, with counts, then each record and field that could not be read."""
        lines = [
            f"  {LABELS.get(field, field)}: {reason} ({count})"
            for (field, reason), count in self.reasons.most_common()
        ]
        lines += [f"  {code}  {LABELS.get(field, field)}: {why}" for code, field, why in self.lost]
        return "\n".join(lines)
