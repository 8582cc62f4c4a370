"""A procedure as a set of files, one per part, and back. Knows nothing of what a part says inside.

`quy-trinh.bpmn` holds the drawing of the process as it is; everything else is YAML. `thu-tuc.yaml` also says
which procedure it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.studio.contracts import Body, PartName
from tinhso.studio.files import texts

FORMAT = 1
HEAD = "thu-tuc.yaml"
DRAWING = "quy-trinh.bpmn"
NAMES: Mapping[PartName, str] = {
    PartName.DESCRIPTION: HEAD,
    PartName.FORM: "to-khai.yaml",
    PartName.PAPERS: "giay-to.yaml",
    PartName.FEES: "phi.yaml",
    PartName.PROCESS: "quy-trinh.yaml",
    PartName.TEMPLATES: "mau.yaml",
    PartName.EXAMPLES: "truong-hop.yaml",
}
ALL = frozenset({*NAMES.values(), DRAWING})
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,59}")
BPMN = "bpmn"
LARGEST_DRAWING = 2_000_000


class BadFiles(Invalid):
    """Files that are no procedure; `faults` say why, file by file."""

    code = "procedure-files-unreadable"


@dataclass(frozen=True, slots=True)
class Sheaf:
    """A procedure's code, title and parts, taken out of the studio or on the way into it."""

    code: str
    title: str
    bodies: Mapping[PartName, Body] = field(default_factory=dict)


def write(sheaf: Sheaf) -> dict[str, bytes]:
    """The files of a procedure by name."""
    files: dict[str, bytes] = {}
    for part, name in NAMES.items():
        body: Any = sheaf.bodies.get(part)
        if body is None:
            continue
        if part is PartName.PROCESS and isinstance(body.get(BPMN), str) and body[BPMN]:
            files[DRAWING] = body[BPMN].encode()
            body = {key: value for key, value in body.items() if key != BPMN}
        if part is PartName.DESCRIPTION:
            body = {"format": FORMAT, "code": sheaf.code, "title": sheaf.title, "description": body}
        files[name] = texts.dump(body)
    return files


def read(files: Mapping[str, bytes]) -> Sheaf:
    """The procedure that files say. A part without file is left out. Raises BadFiles with every fault."""
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name in sorted(files):
        if name not in ALL:
            faults[name] = _("Tệp này không thuộc về một thủ tục.")
        elif name != DRAWING:
            try:
                values[name] = texts.load(files[name], name=name)
            except texts.Unreadable as error:
                faults[name] = error.message
    if HEAD not in files:
        faults[HEAD] = _("Thiếu tệp này: không biết là thủ tục nào.")
    drawing = _drawing(files, faults)
    head = _head(values.pop(HEAD, None), faults)
    bodies: dict[PartName, Body] = {}
    for part, name in NAMES.items():
        body = head.get("description") if name == HEAD else values.get(name)
        if name in faults or name not in files:
            continue
        if not isinstance(body, dict):
            faults[name] = _("Tệp này phải gồm các mục có tên.")
            continue
        bodies[part] = body
    _put_drawing(bodies, drawing, faults)
    if faults:
        raise BadFiles(_("Không đọc được bộ tệp của thủ tục."), faults=faults)
    return Sheaf(code=head["code"], title=head["title"], bodies=bodies)


def _head(value: Any, faults: dict[str, str]) -> dict[str, Any]:
    if HEAD in faults:
        return {}
    if not isinstance(value, dict) or not {"format", "code", "title", "description"} <= value.keys():
        faults[HEAD] = _("Cần đủ các mục format, code, title và description.")
        return {}
    if value["format"] != FORMAT:
        faults[HEAD] = _("Tệp theo khuôn mới hơn phần mềm này. Hãy nâng cấp rồi nhập lại.")
    elif not isinstance(value["code"], str) or not CODE.fullmatch(value["code"]):
        faults[HEAD] = _("Mã chỉ gồm chữ không dấu, số, dấu chấm, gạch nối. Ví dụ: 1.001193.")
    elif not isinstance(value["title"], str) or not value["title"].strip():
        faults[HEAD] = _("Hãy ghi tên thủ tục ở mục title.")
    return value


def _drawing(files: Mapping[str, bytes], faults: dict[str, str]) -> str | None:
    if DRAWING not in files:
        return None
    if len(files[DRAWING]) > LARGEST_DRAWING:
        faults[DRAWING] = _("Hình vẽ quy trình quá lớn (trên 2 MB).")
        return None
    try:
        text = files[DRAWING].decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        faults[DRAWING] = _("Hình vẽ quy trình không phải chữ UTF-8.")
        return None
    return text


def _put_drawing(bodies: dict[PartName, Body], drawing: str | None, faults: dict[str, str]) -> None:
    if drawing is None:
        return
    process = bodies.get(PartName.PROCESS)
    if process is None:
        faults.setdefault(DRAWING, _("Có hình vẽ nhưng thiếu tệp quy-trinh.yaml."))
    elif BPMN in process:
        faults[DRAWING] = _("Hình vẽ có ở cả tệp này và mục bpmn của quy-trinh.yaml. Hãy giữ một nơi.")
    else:
        bodies[PartName.PROCESS] = {**process, BPMN: drawing}
