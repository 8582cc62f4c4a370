"""Published versions as the studio sees them: part by part."""

from __future__ import annotations

import orjson

from tinhso.procedures import api as procedures
from tinhso.studio import parts
from tinhso.studio.contracts import Body, PartName
from tinhso.studio.queries import drafts


def bodies_of(version: procedures.VersionView) -> dict[PartName, Body]:
    """The parts a version was made from here; for one made elsewhere, what can be told from it."""
    made_from = drafts.behind(version.id)
    if made_from is not None:
        return {name: part.body for name, part in drafts.draft(made_from).parts.items()}
    found = {name: kind.of_version(version) for name, kind in parts.KINDS.items()}
    return {name: orjson.loads(orjson.dumps(body)) for name, body in found.items()}
