"""The file of records: one JSON object a line, gzipped or plain."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from tinhso.procedures.importer.contracts import BadRecord
from tinhso.procedures.importer.texts import clean

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,59}")
FIELDS = (
    *("ma_thu_tuc", "ten_thu_tuc", "so_quyet_dinh", "cap_thuc_hien", "loai_thu_tuc", "linh_vuc"),
    *("doi_tuong_thuc_hien", "co_quan_co_tham_quyen", "dia_chi_tiep_nhan", "co_quan_duoc_uy_quyen"),
    *("co_quan_phoi_hop", "thu_tuc_lien_quan", "trinh_tu_thuc_hien", "cach_thuc_thuc_hien"),
    *("thanh_phan_ho_so", "can_cu_phap_ly", "co_quan_thuc_hien", "yeu_cau_dieu_kien", "ket_qua_xu_ly"),
)
LONGEST = 4_000_000


def record(line: bytes) -> dict[str, Any]:
    """One record. Raises BadRecord when the line is no JSON object or names no procedure."""
    if len(line) > LONGEST:
        raise BadRecord("Dòng quá dài để là một thủ tục.")
    try:
        values = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadRecord(f"Dòng không phải JSON: {error}") from None
    if not isinstance(values, dict):
        raise BadRecord("Dòng không phải một bản ghi.")
    for name in ("ma_thu_tuc", "ten_thu_tuc"):
        if not isinstance(values.get(name), str) or not clean(values[name]):
            raise BadRecord(f"Bản ghi thiếu {name}.")
    if not CODE.fullmatch(values["ma_thu_tuc"].strip()):
        raise BadRecord("Mã thủ tục có ký tự lạ.", code=values["ma_thu_tuc"][:60])
    return values


def cells(values: dict[str, Any]) -> dict[str, str]:
    """The sections as text; a section that is absent or no text is empty. NUL is no text to PostgreSQL."""
    return {
        name: values[name].replace("\x00", "") if isinstance(values.get(name), str) else "" for name in FIELDS
    }


def lines(file: Path) -> Iterator[bytes]:
    """The lines that hold something. Raises OSError, also for a broken gzip file."""
    with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as stream:
        for line in stream:
            if line.strip():
                yield line
