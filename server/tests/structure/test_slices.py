"""What the processes walk is all that there is."""

from importlib import import_module
from pkgutil import walk_packages
from typing import get_args

import pytest

import bosman_server
from bosman_protocol.uplink import UplinkMessage
from bosman_server import slices
from bosman_server.core.specs.slice_spec import PathTarget, Slice

GROUPS = ("core", "fleet", "work", "features")


def modules():
    """Every module of the groups, by its dotted name."""
    return [
        module.name
        for module in walk_packages(bosman_server.__path__, "bosman_server.")
        if module.name.split(".")[1] in GROUPS and not module.ispkg
    ]


class TestSlices:
    def test_every_declared_slice_is_walked(self):
        declared = [import_module(name).SLICE for name in modules() if name.endswith(".slice")]
        assert len(declared) == len(slices.SLICES)
        assert all(any(one is walked for walked in slices.SLICES) for one in declared)

    def test_every_package_of_a_group_declares_one(self):
        packages = {name.rpartition(".")[0] for name in modules()}
        without = {name for name in packages if f"{name}.slice" not in modules()}
        assert without == {"bosman_server.core.specs"}

    def test_every_message_of_devices_has_its_handler(self):
        assert set(slices.handlers()) == set(get_args(UplinkMessage))

    def test_two_slices_cannot_want_the_same_message(self, monkeypatch):
        first = next(one for one in slices.SLICES if one.handlers)
        monkeypatch.setattr(slices, "SLICES", (*slices.SLICES, Slice(handlers=first.handlers)))
        with pytest.raises(ValueError, match="two slices want"):
            slices.handlers()

    def test_a_kind_that_nobody_declares_stops_every_process(self, monkeypatch):
        monkeypatch.setattr(slices, "KINDS", slices.KINDS[1:])
        with pytest.raises(LookupError, match="no slice declares"):
            slices.check()

    def test_what_a_path_names_is_told_the_most_particular_first(self):
        targets = slices.targets()
        assert list(targets).index("device_id") < list(targets).index("site_id") < list(targets).index("tenant_id")
        assert targets["tenant_id"] == PathTarget("tenant")
