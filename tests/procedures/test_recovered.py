"""How much of the real catalogue is recovered, measured on 60 records labelled by reading.

`labels.json` holds facts only: per code the channels (way, figure, unit) and the counts of the papers
(originals, copies) in the order of the table. The records themselves are not part of this program:
where they are not at hand, the test says so.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tinhso.procedures.importer import channels, papers, reading, recover
from tinhso.procedures.importer.contracts import Mark

LABELS = Path(__file__).with_name("labels.json")
RECORDS = Path(__file__).resolve().parents[3] / "shared" / "data" / "procedures.jsonl.gz"
LEAST = 0.98

needs_records = pytest.mark.skipif(not RECORDS.exists(), reason=f"catalogue not at hand: {RECORDS}")


def _records() -> dict[str, dict[str, Any]]:
    read = (reading.record(line) for line in reading.lines(RECORDS))
    return {values["ma_thu_tuc"]: values for values in read}


def _right(found: list[Any], labelled: list[Any]) -> int:
    """How many labelled rows were found, minus rows found that nobody labelled."""
    common = Counter(map(tuple, found)) & Counter(map(tuple, labelled))
    return max(0, common.total() - max(0, len(found) - len(labelled)))


@needs_records
def test_durations_and_papers_of_the_labelled_sample_are_right() -> None:
    labels: dict[str, dict[str, list[Any]]] = json.loads(LABELS.read_text())
    records = _records()
    totals: Counter[str] = Counter()
    wrong: list[str] = []
    for code, label in labels.items():
        cell = reading.cells(records[code])
        rows = channels.table(cell)
        found = {
            "channels": [(row.kind.value, row.amount, row.unit and row.unit.value) for row in rows],
            "papers": [(row.originals, row.copies) for row in papers.rows(cell["thanh_phan_ho_so"])],
        }
        for field, truth in label.items():
            right = _right(found[field], truth)
            totals[field] += len(truth)
            totals[f"{field} right"] += right
            if right < len(truth):
                wrong.append(f"{code} {field}: {found[field]} instead of {truth}")
    assert len(labels) == 60
    for field in ("channels", "papers"):
        assert totals[f"{field} right"] / totals[field] >= LEAST, "\n".join(wrong)


@needs_records
def test_every_record_of_the_catalogue_is_read_and_nothing_is_lost_without_a_word() -> None:
    found = [recover.recover(values) for values in _records().values()]
    assert len(found) > 2000
    marks = Counter((finding.field, finding.mark) for one in found for finding in one.findings)
    assert marks["channels", Mark.LOST] == 0
    assert marks["papers", Mark.LOST] <= 24
    assert marks["legal_bases", Mark.LOST] <= 14
    assert all(finding.why for one in found for finding in one.findings if finding.mark is not Mark.WHOLE)
