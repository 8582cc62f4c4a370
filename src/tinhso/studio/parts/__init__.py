"""The parts of a procedure, a module each, in the order in which they are put together."""

from __future__ import annotations

from collections.abc import Mapping

from tinhso.studio.contracts import PartKind, PartName
from tinhso.studio.parts import description, examples, fees, form, papers, process, templates

KINDS: Mapping[PartName, PartKind] = {
    kind.name: kind
    for kind in (
        description.KIND,
        form.KIND,
        papers.KIND,
        fees.KIND,
        process.KIND,
        templates.KIND,
        examples.KIND,
    )
}
