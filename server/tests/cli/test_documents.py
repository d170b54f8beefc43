"""The commands that read a document and compute: the contract's cases, refusals, tables in both languages."""

import json
import os
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bosman_protocol.documents.errors import DocumentCode
from bosman_server.cli.documents.texts import CATALOGUES
from bosman_server.cli.main import app
from testkit.patience import patient

CONTRACTS = Path(os.environ.get("BOSMAN_CONTRACTS", Path(__file__).parents[4] / "shared/contracts"))
COMMANDS = {
    "windows": ("windows", "preview"),
    "policies": ("policies", "resolve"),
    "schedules": ("schedules", "preview"),
    "alerts": ("alerts", "replay"),
    "sla": ("sla", "clock"),
    "retention": ("backups", "retention"),
}
WINDOW = {
    "name": "nights",
    "kind": "window",
    "scope": {"kind": "tenant"},
    "classes": ["update"],
    "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=SA"},
    "starts_on": "2026-01-01",
    "ends_on": None,
    "start": "22:00",
    "end": "06:00",
    "zone": "device",
    "except_dates": [],
}
RANGE = ("--zone", "Europe/Warsaw", "--from", "2026-10-24", "--days", "2")
DOCUMENTS: dict[str, dict[str, Any]] = {
    "windows": {"windows": [WINDOW]},
    "policies": {
        "device": {"id": "d", "site": "s", "groups": [], "os_family": "linux", "role": "server"},
        "policies": [
            {
                "id": "p",
                "scope": {"kind": "tenant"},
                "only": {},
                "settings": {"apps": {"auto_update": True}},
                "locked": [],
            }
        ],
    },
    "schedules": {"schedules": [{"name": "s", "zone": "device", "cron": "30 2 * * *"}]},
    "alerts": {
        "rules": [
            {
                "name": "hot",
                "metric": "m",
                "op": ">",
                "threshold": 80,
                "for_seconds": 0,
                "clear": None,
                "clear_for_seconds": 0,
                "max_gap_seconds": 60,
            }
        ],
        "samples": [{"at": "2026-11-02T08:00:00Z", "metric": "m", "value": 90}],
    },
    "sla": {
        "calendar": {"zone": "Europe/Warsaw", "hours": {"wed": [["08:00", "16:00"]]}, "holidays": "PL", "closed": []},
        "target_minutes": 60,
        "events": [{"at": "2026-11-11T07:00:00Z", "kind": "started"}],
        "now": "2026-11-11T08:30:00Z",
    },
    "retention": {
        "rule": {"full": {"keep_last": 1}, "incremental": {}, "gfs": None, "zone": "UTC"},
        "now": "2026-11-27T12:00:00Z",
        "points": [
            {"id": n, "chain": n, "kind": "full", "at": f"2026-11-2{n}T00:00:00Z", "verified": True} for n in "12"
        ],
    },
}
TABLES = {
    "windows": ("Window", "Okno"),
    "policies": ("Said by", "Ustala"),
    "schedules": ("Schedule", "Harmonogram"),
    "alerts": ("raised", "zgłoszony"),
    "sla": ("Missed", "Przekroczono"),
    "retention": ("may be deleted", "można usunąć"),
}


def run(name, document, *arguments, **environment):
    typed = document if isinstance(document, str) else json.dumps(document)
    return CliRunner().invoke(app, [*COMMANDS[name], "-", *arguments], input=typed, env=environment)


def arguments(case):
    given = case.get("arguments") or {}
    names = {"zone": "--zone", "site_zone": "--site-zone", "from": "--from", "days": "--days", "class": "--class"}
    return [word for key, option in names.items() if given.get(key) for word in (option, str(given[key]))]


def given_cases(name):
    for path in sorted((CONTRACTS / "cases" / name).iterdir()):
        lines = path.read_text("utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
        yield from (json.loads(line) for line in lines)


def asked(name):
    return RANGE if name in {"windows", "schedules"} else ()


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the contract's cases are not beside this checkout")
class TestGivenCases:
    @pytest.mark.slow(reason="every case of the contract")
    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_answer_is_the_expected_one(self, name):
        cases = list(given_cases(name))
        assert cases
        for case in cases:
            ran = run(name, case["document"], *arguments(case))
            assert (ran.exit_code, json.loads(ran.stdout)) == (0, case["expected"]), case

    def test_every_refusal_is_the_expected_one(self):
        for case in json.loads((CONTRACTS / "cases/errors.json").read_text("utf-8")):
            ran = run(case["command"], case["document"], *arguments(case))
            found = [{"code": one["code"], "path": one["path"]} for one in json.loads(ran.stdout)["errors"]]
            assert (ran.exit_code, found) == (2, case["expected"]["errors"]), case


class TestAnswers:
    def test_windows(self):
        whole = run("windows", DOCUMENTS["windows"], *RANGE)
        times = {"start": "2026-10-24T20:00:00Z", "end": "2026-10-25T05:00:00Z"}
        assert json.loads(whole.stdout) == [{"window": "nights", **times}]
        assert json.loads(run("windows", DOCUMENTS["windows"], *RANGE, "--class", "update").stdout) == [times]
        assert json.loads(run("windows", DOCUMENTS["windows"], *RANGE, "--class", "backup").stdout) == []

    def test_schedules(self):
        found = json.loads(run("schedules", DOCUMENTS["schedules"], *RANGE).stdout)
        assert [one["at"] for one in found] == ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z"]

    def test_service_clock_knows_the_holidays(self):
        assert json.loads(run("sla", DOCUMENTS["sla"]).stdout) == {
            "elapsed_minutes": 0,
            "due_at": "2026-11-18T08:00:00Z",
            "breached_at": None,
        }

    def test_christmas_eve_is_a_holiday_from_2025_on(self):
        document = DOCUMENTS["sla"]
        hours = {"hours": {day: [["00:00", "24:00"]] for day in ("tue", "wed", "thu")}}
        elapsed = []
        for year in (2024, 2025, 2026):
            clock = {
                "calendar": {**document["calendar"], **hours},
                "target_minutes": 9999,
                "events": [{"at": f"{year}-12-24T08:00:00Z", "kind": "started"}],
                "now": f"{year}-12-24T09:00:00Z",
            }
            elapsed.append(json.loads(run("sla", clock).stdout)["elapsed_minutes"])
        assert elapsed == [60, 0, 0]

    def test_retention_and_alerts(self):
        assert json.loads(run("retention", DOCUMENTS["retention"]).stdout) == {"expire": ["1"]}
        found = json.loads(run("alerts", DOCUMENTS["alerts"]).stdout)
        assert found == [{"rule": "hot", "at": "2026-11-02T08:00:00Z", "kind": "raised"}]

    def test_document_in_a_file(self, tmp_path):
        file = tmp_path / "policies.json"
        file.write_text(json.dumps(DOCUMENTS["policies"]))
        ran = CliRunner().invoke(app, ["policies", "resolve", str(file)])
        assert json.loads(ran.stdout)["settings"]["apps.auto_update"]["origin"] == "p"


class TestRefused:
    def refused(self, name, document, *given):
        ran = run(name, document, *given)
        assert ran.exit_code == 2
        return [(one["path"], one["code"]) for one in json.loads(ran.stdout)["errors"]]

    def test_arguments_and_document_are_told_together_sorted_by_path(self):
        wrong = {"windows": [{**WINDOW, "zone": "x"}]}
        given = ("--site-zone", "x", "--from", "2026-02-30", "--days", "x", "--class", "x")
        assert self.refused("windows", wrong, *given) == [
            ("--class", "value.range"),
            ("--days", "field.type"),
            ("--from", "date.invalid"),
            ("--site-zone", "zone.unknown"),
            ("--zone", "field.required"),
            ("windows[0].zone", "zone.unknown"),
        ]

    @pytest.mark.parametrize(("days", "code"), [("0", "value.range"), ("-1", "value.range"), ("1.5", "field.type")])
    def test_number_of_days(self, days, code):
        assert self.refused("windows", {"windows": []}, *RANGE[:4], "--days", days) == [("--days", code)]

    @pytest.mark.parametrize("name", COMMANDS)
    def test_what_is_no_document(self, name):
        assert self.refused(name, "[1]", *asked(name)) == [("", "document.invalid")]

    def test_arguments_are_looked_at_though_there_is_no_document(self):
        assert self.refused("schedules", "x", *RANGE[2:]) == [("", "document.invalid"), ("--zone", "field.required")]

    def test_file_that_is_not_there(self, tmp_path):
        ran = CliRunner().invoke(app, ["sla", "clock", str(tmp_path / "none.json")])
        assert ran.exit_code == 2 and json.loads(ran.stdout)["errors"][0]["code"] == "document.invalid"


class TestTable:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_speaks_the_readers_language(self, name):
        for language, words in zip(("en_GB.UTF-8", "pl_PL.UTF-8"), TABLES[name], strict=True):
            ran = run(name, DOCUMENTS[name], *asked(name), "--table", BOSMAN_LANGUAGE="", LC_ALL=language)
            assert ran.exit_code == 0 and words in ran.stdout

    def test_times_say_whose_clock_it_is(self):
        said = run("windows", DOCUMENTS["windows"], *RANGE, "--table", BOSMAN_LANGUAGE="en").stdout
        assert "2026-10-24 22:00:00 +0200" in said and "9 h 00 min" in said and "Europe/Warsaw" in said

    def test_nothing_that_opens_is_said_loudly(self):
        given = (*RANGE, "--class", "backup", "--table")
        assert "will not run" in run("windows", DOCUMENTS["windows"], *given, BOSMAN_LANGUAGE="en").stdout
        assert "nie zostaną" in run("windows", DOCUMENTS["windows"], *given, BOSMAN_LANGUAGE="pl").stdout

    def test_errors_are_sentences(self):
        ran = run("windows", {"windows": [{**WINDOW, "start": "x"}]}, *RANGE, "--table", BOSMAN_LANGUAGE="pl")
        assert ran.exit_code == 2 and "windows[0].start" in ran.stdout and "Nie ma takiej godziny" in ran.stdout

    def test_control_characters_of_a_document_reach_no_terminal(self):
        ran = run("windows", {"windows": [{**WINDOW, "name": "\x1b[2J"}]}, *RANGE, "--table")
        assert "\x1b" not in ran.stdout and "\\u001b" in ran.stdout


class TestTexts:
    def test_both_languages_say_the_same_keys_with_the_same_values(self):
        def values(text):
            return {name for _, name, _, _ in string.Formatter().parse(text) if name}

        english, polish = CATALOGUES["en"], CATALOGUES["pl"]
        assert [*english] == [*polish]
        assert {key: values(text) for key, text in english.items()} == {k: values(t) for k, t in polish.items()}

    def test_every_code_has_a_sentence(self):
        assert {f"error.{code}" for code in DocumentCode} <= {*CATALOGUES["en"]}


class TestStart:
    @pytest.mark.parametrize("module", ["windows", "policies", "schedules", "alerts", "sla", "backups"])
    def test_nothing_of_the_server_is_imported(self, module):
        code = f"import sys, bosman_server.cli.documents.{module}; print(*sys.modules, sep='\\n')"
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=patient(), check=True
        )
        heavy = {"sqlalchemy", "fastapi", "nats", "pydantic", "holidays", "cryptography"}
        assert {name.split(".")[0] for name in ran.stdout.split()} & heavy == set()
