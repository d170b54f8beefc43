"""A contract for import-linter: within a package of slices every module stands on a floor, by its name.

    floors  = models, queries, service, api …  (one above the other, across all slices)
    slices  = the order of the slices, bottom first

A module imports from floors below its own in any slice, and on its own floor from slices below its own. A module whose
name no floor knows breaks the contract, and so does a slice that the list does not name.
"""

from itertools import chain
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FloorsContract(Contract):
    """Checks direct imports alone: what is forbidden indirectly is so at some step."""

    type_name = "floors"

    package = fields.StringField()
    slices = fields.ListField(subfield=fields.StringField())
    """Dotted, below the package, bottom first."""
    floors = fields.ListField(subfield=fields.StringField())
    """Bottom first: `a b *_c`, the names of modules; `*_c` stands for everything that ends so."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's call
        """Every import between two modules of slices, and every name."""
        houses = [f"{self.package}.{name}" for name in cast("list[str]", self.slices)]
        modules = {
            module
            for group in {house.rpartition(".")[0] for house in houses}
            for module in graph.find_descendants(group)
            if not graph.find_children(module)
        }
        places: dict[str, tuple[int, int]] = {}
        unknown = []
        for module in sorted(modules):
            house = next((place for place, house in enumerate(houses) if module.startswith(f"{house}.")), None)
            floor = self._floor_of(module.rpartition(".")[2])
            if house is None or floor is None:
                unknown.append(module)
            else:
                places[module] = floor, house
        upward = [
            (module, imported)
            for module, place in places.items()
            for imported in graph.find_modules_directly_imported_by(module)
            if imported in places and places[imported] > place
        ]
        return ContractCheck(kept=not unknown and not upward, metadata={"unknown": unknown, "upward": upward})

    def _floor_of(self, name: str) -> int | None:
        words = [(place, word) for place, floor in enumerate(cast("list[str]", self.floors)) for word in floor.split()]
        exact = (place for place, word in words if word == name)
        ending = (place for place, word in words if word.startswith("*") and name.endswith(word[1:]))
        return next(chain(exact, ending), None)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say what to mend."""
        for module in check.metadata["unknown"]:
            output.print_error(f"{module} stands in no slice or on no floor that the contract knows")
        for module, imported in check.metadata["upward"]:
            output.print_error(f"{module} imports {imported}, which stands above it")
