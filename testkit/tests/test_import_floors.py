"""The contract of floors breaks for what it is there for, and for nothing else."""

import pytest
from grimp import ImportGraph

from testkit.import_floors import FloorsContract

OPTIONS = {
    "name": "floors",
    "type": "floors",
    "package": "shop",
    "slices": ["low.stock", "high.orders"],
    "floors": ["models", "queries", "service tools", "api *_api"],
}

SHOP = (
    "shop", "shop.kit", "shop.low", "shop.low.stock", "shop.low.stock.models",
    "shop.high", "shop.high.orders", "shop.high.orders.models",
)  # fmt: skip


def check(*arrows, modules=()):
    """The contract's verdict on a shop with these imports."""
    graph = ImportGraph()
    for module in (*SHOP, *modules):
        graph.add_module(module)
    for importer, imported in arrows:
        graph.add_import(importer=importer, imported=imported, line_number=1, line_contents="-")
    return FloorsContract("floors", {}, OPTIONS).check(graph, verbose=False)


class TestArrows:
    @pytest.mark.parametrize(
        ("importer", "imported"),
        [
            ("shop.high.orders.service", "shop.low.stock.service"),
            ("shop.high.orders.api", "shop.high.orders.sales_api"),
            ("shop.low.stock.queries", "shop.high.orders.models"),
            ("shop.low.stock.api", "shop.high.orders.service"),
            ("shop.low.stock.models", "shop.kit"),
        ],
    )
    def test_down_or_along_is_kept(self, importer, imported):
        assert check((importer, imported)).kept

    @pytest.mark.parametrize(
        ("importer", "imported"),
        [
            ("shop.low.stock.service", "shop.high.orders.tools"),
            ("shop.low.stock.models", "shop.high.orders.models"),
            ("shop.high.orders.models", "shop.low.stock.queries"),
            ("shop.high.orders.service", "shop.high.orders.sales_api"),
        ],
    )
    def test_up_is_broken(self, importer, imported):
        found = check((importer, imported))
        assert not found.kept
        assert found.metadata["upward"] == [(importer, imported)]


class TestNames:
    @pytest.mark.parametrize("module", ["shop.low.stock.helpers", "shop.low.cellar.models", "shop.low.models"])
    def test_one_that_nobody_placed_is_broken(self, module):
        found = check(modules=[module])
        assert not found.kept
        assert found.metadata["unknown"] == [module]
