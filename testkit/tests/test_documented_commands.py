"""Every command of README.md and CONTRIBUTING.md is run for real by a test, and this table says by which."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md")
README, LONG = "e2e/test_readme.py", "e2e/commands/test_long_commands.py"
RUN_BY = {
    "make up": f"{README}::TestTwoCommands",
    "make seed": f"{README}::TestMoreCommands",
    "make dev": f"{README}::TestMoreCommands",
    "make setup": f"{LONG}::TestClone",
    "make format": f"{LONG}::TestClone",
    "make openapi": f"{LONG}::TestClone",
    "make help": f"{LONG}::TestClone",
    "make clean": f"{LONG}::TestClone",
    "make installer-linux": f"{LONG}::TestInstallers",
    "make installer-windows": f"{LONG}::TestInstallers",
    "make bench": f"{LONG}::TestBench",
    ".venv/bin/bosman up --help": f"{LONG}::TestClone",
    # What runs them, or is one of them.
    "make test": "Makefile",
    "make check": "Makefile",
    "make test-unit": "Makefile",
    "make test-e2e": "Makefile",
    "make test-windows": "Makefile",
    "make test-windows-all": "Makefile",
    "make test-commands": "Makefile",
    "make test-nightly": "Makefile",
    "make test-durations": "Makefile",
    # An example of a part of `make test-unit`, which has the whole.
    ".venv/bin/pytest protocol/tests/wire": "protocol/tests/wire/test_golden.py",
    ".venv/bin/python -": "server/tests/kit/test_migrations.py::TestMigrations",
}
"""A test that types the command; `Makefile`: other targets have it as a part."""
NOT_RUN = {
    "make requirements": "asks a package index for versions, which differ from day to day",
    ".venv/bin/pre-commit install": "changes the developer's own clone; what it installs is `make check`",
}


def commands() -> set[str]:
    """Every command that the documents name: targets of make without what follows them, programs with it."""
    found: set[str] = set()
    for name in DOCUMENTS:
        text = (ROOT / name).read_text("utf-8")
        found |= {" ".join(words.split()) for words in re.findall(r"\bmake\s+[a-z]+(?:-[a-z]+)*", text)}
        for line in re.findall(r"\.venv/bin/[^`\n]+", text):
            found.add(line.rstrip(" ).,;:").removesuffix(" <<'PY'"))
    # Words of a sentence, not commands.
    return {command for command in found if command.split(maxsplit=2)[1] in targets() or command.startswith(".venv")}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


class TestCommands:
    def test_every_command_is_run_by_a_test_or_says_why_not(self) -> None:
        unknown = {command for command in commands() if command not in RUN_BY and command not in NOT_RUN}
        assert unknown == set()

    def test_table_names_no_command_that_no_document_names(self) -> None:
        listed = {f"make {target}" for target in targets()}
        assert {command for command in {*RUN_BY, *NOT_RUN} if command not in commands() | listed} == set()

    @pytest.mark.parametrize("command", [command for command, where in RUN_BY.items() if where != "Makefile"])
    def test_the_test_exists_and_types_it(self, command: str) -> None:
        path, _, name = RUN_BY[command].partition("::")
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        classes = {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.ClassDef)}
        assert not name or name in classes
        if path in {README, LONG}:
            word = command.rsplit(maxsplit=1)[-1]
            assert re.search(rf"['\"]{word}['\"]", classes[name] + ast.unparse(tree)), f"{path} does not type {command}"

    @pytest.mark.parametrize("command", [command for command, where in RUN_BY.items() if where == "Makefile"])
    def test_target_is_a_part_of_what_is_run_on_push_or_at_night(self, command: str) -> None:
        text = (ROOT / "Makefile").read_text("utf-8")
        rules = dict(re.findall(r"^([a-z0-9-]+):(?! export)([^#\n]*)", text, re.MULTILINE))
        run = {"test", "test-nightly"}
        while more := {part for target in run for part in rules[target].split() if part in rules} - run:
            run |= more
        assert command.removeprefix("make ") in run
