"""The process in which files are opened: `python -m tinhso.foundation.examining REQUEST`.

REQUEST is JSON `{verb, paths, …}`. Answers one line of JSON, then the bytes that were made.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from tinhso.foundation.confinement import confine
from tinhso.foundation.examining import documents, images, office, pictures, scans
from tinhso.foundation.examining.verdicts import Fault, Finding, Limits, Refused

MEMORY_BYTES = 1536 * 1024**2
OUTPUT_BYTES = 512 * 1024**2


def examine(path: Path, media_type: str, limits: Limits) -> Finding:
    """Judge a file that claims by its first bytes to be of this type. Raises Refused."""
    if media_type == documents.PDF and "pdf" in limits.kinds:
        return documents.examine(path, limits)
    if media_type == scans.TIFF and "tiff" in limits.kinds:
        return Finding(media_type, pages=scans.counted(path, media_type, limits))
    kind = {"image/jpeg": "jpeg", "image/png": "png", "image/heic": "heic"}.get(media_type)
    if kind in limits.kinds:
        images.opened(path, pixels=limits.pixels, kinds=(kind,))
        return Finding(media_type)
    if media_type == "application/zip":
        return office.examine(path, limits)
    raise Refused(Fault.KIND)


def answer(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The answer to a request: facts, and bytes. Raises Refused."""
    paths = [Path(each) for each in request["paths"]]
    limits = Limits(**{**request["limits"], "kinds": tuple(request["limits"]["kinds"])})
    if request["verb"] == "thumbnail":
        return {}, pictures.thumbnail(
            paths[0], media_type=request["media_types"][0], side=request["side"], pixels=limits.pixels
        )
    if request["verb"] == "join":
        return {}, pictures.joined(paths, media_types=request["media_types"], limits=limits)
    if request["verb"] in ("count", "page", "codes", "archive"):
        return _scanned(request, paths, limits)
    found = examine(paths[0], request["media_types"][0], limits)
    facts = {"media_type": found.media_type, "pages": found.pages, "removed": found.removed}
    return facts, found.rewritten


def _scanned(request: dict[str, Any], paths: list[Path], limits: Limits) -> tuple[dict[str, Any], bytes]:
    """The same for scanned pages."""
    kinds = request["media_types"]
    match request["verb"]:
        case "count":
            return {"pages": scans.counted(paths[0], kinds[0], limits)}, b""
        case "codes":
            return {"codes": scans.codes(paths[0], kinds[0], limits)}, b""
        case "page":
            one = {name: request[name] for name in ("page", "turn", "side")}
            return {}, scans.shown(paths[0], kinds[0], limits, **one)
    made = scans.archived(
        paths,
        kinds,
        limits,
        picks=list(scans.picks(request["picks"])),
        dpi=request["dpi"],
        title=request["title"],
        made_at=datetime.fromisoformat(request["made_at"]),
    )
    return {}, made


def main() -> None:
    """Answer the request on the command line."""
    request = json.loads(sys.argv[1])
    confine(memory=MEMORY_BYTES, seconds=request["seconds"], output=OUTPUT_BYTES)
    try:
        facts, made = answer(request)
    except Refused as refusal:
        facts, made = {"fault": refusal.fault, **refusal.facts}, b""
    except MemoryError:
        facts, made = {"fault": Fault.BOMB}, b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + made)


if __name__ == "__main__":
    main()
