"""An import-linter contract: a room is entered only through its door, `api.py`."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck


class DoorsContract(Contract):
    """Every import from one room into another names the other's `api` module.

    `exempt_importers` wire everything; `open_rooms` are rooms whose every module is a door.
    """

    type_name = "doors"

    package = fields.StringField()
    exempt_importers = fields.ListField(subfield=fields.StringField(), required=False)
    open_rooms = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        package = str(self.package)
        exempt = {str(name) for name in self.exempt_importers or ()}
        opened = {str(name) for name in self.open_rooms or ()}
        broken: list[str] = []
        for importer in sorted(graph.modules):
            mine = self._room(package, importer)
            if mine is None or mine in exempt:
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                room = self._room(package, imported)
                if room is None or room == mine or room in opened:
                    continue
                if imported != f"{package}.{room}.api":
                    broken.append(f"{importer} -> {imported}")
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    @staticmethod
    def _room(package: str, module: str) -> str | None:
        parts = module.split(".")
        return parts[1] if len(parts) > 1 and parts[0] == package else None

    def render_broken_contract(self, check: ContractCheck) -> None:
        output.print_error("These imports go past another room's door (api.py):")
        for line in check.metadata["broken"]:
            output.print_error(f"  {line}")
