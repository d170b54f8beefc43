"""Which setting counts: given by rule, and whatever the policies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bosman_protocol.documents.errors import Problems
from bosman_protocol.policies.document import NARROWNESS, PolicyScope, read_policies
from bosman_protocol.policies.fields import FIELDS
from bosman_protocol.policies.resolve import resolve

DEVICE = {"id": "d1", "site": "s1", "groups": ["g1", "g2"], "os_family": "windows", "role": "server"}
IDS = {"device": "d1", "group": "g1", "site": "s1"}


def policy(name, kind, settings, locked=(), priority=0, **only):
    scope = {"kind": kind, "id": IDS[kind]} if kind in IDS else {"kind": kind}
    return {
        "id": name,
        "scope": scope,
        "priority": priority,
        "only": only,
        "settings": settings,
        "locked": list(locked),
    }


def resolved(*policies, device=DEVICE):
    problems = Problems()
    found, read = read_policies({"device": device, "policies": list(policies)}, problems)
    problems.refuse_if_any()
    assert found is not None
    return {name: tuple(one.as_json().values()) for name, one in resolve(found, read).items()}


def errors(*policies, device=DEVICE, **more):
    problems = Problems()
    read_policies({"device": device, "policies": list(policies), **more}, problems)
    return sorted((error.path, error.code.value) for error in problems.found)


def auto(value):
    return {"apps": {"auto_update": value}}


def excluded(**entries):
    return {"apps": {"excluded": entries}}


def interval(value):
    return {"apps": {"scan_interval_seconds": value}}


FIELD = "apps.auto_update"
MAP = "apps.excluded"


class TestScalar:
    def test_narrowest_scope_wins_and_losers_are_told_narrowest_first(self):
        kinds = ["baseline", "tenant", "site", "group", "device"]
        found = resolved(*(policy(kind, kind, auto(kind == "device")) for kind in kinds))
        assert found == {FIELD: (True, "device", False, ["group", "site", "tenant", "baseline"])}

    def test_then_the_higher_priority_then_the_smaller_id(self):
        found = resolved(
            policy("b", "group", auto(False), priority=1),
            policy("a", "group", auto(False), priority=-1),
            policy("10", "group", auto(True), priority=1),
        )
        assert found == {FIELD: (True, "10", False, ["b", "a"])}

    def test_null_says_nothing_and_a_lock_without_a_value_has_no_effect(self):
        found = resolved(policy("t", "tenant", auto(None), [FIELD]), policy("d", "device", auto(True)))
        assert found == {FIELD: (True, "d", False, [])}

    def test_widest_that_says_and_locks_it_wins(self):
        found = resolved(
            policy("t", "tenant", auto(False), [FIELD]),
            policy("s", "site", auto(True), [FIELD], priority=9),
            policy("d", "device", auto(True)),
        )
        assert found == {FIELD: (False, "t", True, ["d", "s"])}

    def test_of_two_locks_of_one_scope_priority_decides(self):
        found = resolved(
            policy("a", "tenant", auto(False), [FIELD]), policy("b", "tenant", auto(True), [FIELD], priority=1)
        )
        assert found == {FIELD: (True, "b", True, ["a"])}

    def test_policy_of_others_does_not_count_and_locks_nothing(self):
        linux = policy("t", "tenant", auto(False), [FIELD], os_family=["linux"])
        desk = policy("u", "tenant", auto(False), [FIELD], role=["workstation"])
        other = {**policy("g", "group", auto(False), [FIELD]), "scope": {"kind": "group", "id": "g9"}}
        found = resolved(linux, desk, other, policy("d", "tenant", auto(True), os_family=[], role=["server"]))
        assert found == {FIELD: (True, "d", False, [])}


class TestMap:
    def test_entries_merge_one_by_one(self):
        found = resolved(policy("t", "tenant", excluded(x=True, y=True)), policy("d", "device", excluded(x=False)))
        assert found == {f"{MAP}/x": (False, "d", False, ["t"]), f"{MAP}/y": (True, "t", False, [])}

    def test_closed_map_silences_what_is_narrower(self):
        found = resolved(
            policy("b", "baseline", excluded(x=True)),
            policy("s", "site", excluded(y=True), [MAP]),
            policy("d", "device", excluded(x=False, z=True)),
        )
        assert found == {
            f"{MAP}/x": (True, "b", True, ["d"]),
            f"{MAP}/y": (True, "s", True, []),
            f"{MAP}/z": (None, "s", True, ["d"]),
        }

    def test_empty_map_closes_and_null_does_not(self):
        narrow = policy("d", "device", excluded(x=True))
        assert resolved(policy("t", "tenant", excluded(), [MAP]), narrow) == {f"{MAP}/x": (None, "t", True, ["d"])}
        silent = policy("t", "tenant", {"apps": {"excluded": None}}, [MAP])
        assert resolved(silent, narrow) == {f"{MAP}/x": (True, "d", False, [])}

    def test_widest_closing_policy_counts_and_others_of_its_scope_may_speak(self):
        found = resolved(
            policy("t", "tenant", excluded(), [MAP]),
            policy("u", "tenant", excluded(x=True)),
            policy("s", "site", excluded(x=False), [MAP]),
        )
        assert found == {f"{MAP}/x": (True, "u", True, ["s"])}

    def test_entry_that_is_null_says_nothing(self):
        assert resolved(policy("t", "tenant", excluded(x=None))) == {}


class TestRefused:
    @pytest.mark.parametrize(
        ("changed", "path", "code"),
        [
            ({"settings": {"app": {}}}, "settings.app", "field.unknown"),
            ({"settings": {"apps": {"x": 1}}}, "settings.apps.x", "field.unknown"),
            ({"settings": {"apps": None}}, "settings.apps", "field.type"),
            ({"settings": auto(1)}, "settings.apps.auto_update", "field.type"),
            ({"settings": excluded(x=1)}, "settings.apps.excluded.x", "field.type"),
            ({"settings": {"apps": {"excluded": ["x"]}}}, "settings.apps.excluded", "field.type"),
            ({"settings": interval(True)}, "settings.apps.scan_interval_seconds", "field.type"),
            ({"settings": interval(0)}, "settings.apps.scan_interval_seconds", "value.range"),
            ({"locked": ["apps.excluded/x"]}, "locked[0]", "field.unknown"),
            ({"locked": "apps.excluded"}, "locked", "field.type"),
            ({"priority": 1.5}, "priority", "field.type"),
            ({"only": {"role": ["desk"]}}, "only.role[0]", "value.range"),
            ({"only": {"tag": []}}, "only.tag", "field.unknown"),
            ({"scope": {"kind": "group"}}, "scope.id", "field.required"),
            ({"scope": {"kind": "everyone"}}, "scope.kind", "value.range"),
            ({"id": 7}, "id", "field.type"),
            ({"x": 7}, "x", "field.unknown"),
        ],
    )
    def test_one_wrong_field_is_named(self, changed, path, code):
        assert errors({**policy("p", "tenant", {}), **changed}) == [(f"policies[0].{path}", code)]

    def test_id_that_comes_again_and_a_wrong_device_are_told_together(self):
        same = policy("p", "tenant", {})
        assert errors(same, same, device={**DEVICE, "role": "x", "groups": None}, more=1) == [
            ("device.groups", "field.type"),
            ("device.role", "value.range"),
            ("more", "field.unknown"),
            ("policies[1].id", "duplicate"),
        ]


@st.composite
def random_policies(draw, *, locks=True):
    found = []
    for index in range(draw(st.integers(0, 7))):
        apps = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "auto_update": st.sampled_from([True, False, None]),
                    "excluded": st.dictionaries(st.sampled_from("xyz"), st.sampled_from([True, False, None])),
                },
            )
        )
        locked = draw(st.lists(st.sampled_from([FIELD, MAP]), unique=True)) if locks else []
        kind = draw(st.sampled_from([*PolicyScope])).value
        found.append(policy(f"p{index}", kind, {"apps": apps}, locked, draw(st.integers(-1, 1))))
    return found


class TestWhatever:
    @settings(deadline=None)
    @given(random_policies().flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
    def test_order_of_policies_is_irrelevant(self, both):
        assert resolved(*both[0]) == resolved(*both[1])

    @settings(deadline=None)
    @given(random_policies(locks=False))
    def test_without_locks_it_is_plain_merging(self, policies):
        widest_first = sorted(policies, key=lambda p: p["id"], reverse=True)
        widest_first.sort(key=lambda p: p["priority"])
        widest_first.sort(key=lambda p: -NARROWNESS[p["scope"]["kind"]])
        merged: dict[str, bool] = {}
        for one in widest_first:
            apps = one["settings"]["apps"]
            said = {FIELD: apps.get("auto_update")}
            said |= {f"{MAP}/{name}": value for name, value in (apps.get("excluded") or {}).items()}
            merged |= {name: value for name, value in said.items() if value is not None}
        assert {name: value for name, (value, *_) in resolved(*policies).items()} == merged

    @settings(deadline=None)
    @given(random_policies())
    def test_whoever_says_a_setting_is_its_origin_or_a_loser(self, policies):
        for name, (value, origin, _, losers) in resolved(*policies).items():
            entry = name.removeprefix(f"{MAP}/")
            voices = {
                one["id"]
                for one in policies
                if (
                    one["settings"]["apps"].get("auto_update")
                    if name == FIELD
                    else (one["settings"]["apps"].get("excluded") or {}).get(entry)
                )
                is not None
            }
            assert {*losers} == voices - ({origin} if value is not None else set())


class TestFields:
    def test_what_the_contract_names_is_there(self):
        assert {"updates.rejected", "restart.mode", "telemetry.smart_interval_seconds"} <= {*FIELDS}
        assert {name for name, field in FIELDS.items() if field.is_map} == {"updates.rejected", "apps.excluded"}
