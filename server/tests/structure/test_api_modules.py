"""Routes ask queries and services: no SQL stands among them."""

import ast
import re
from pathlib import Path

import pytest

import bosman_server

FOLDER = Path(bosman_server.__file__).parent
ROUTES = sorted(path for path in FOLDER.rglob("*api.py") if path.name == "api.py" or path.stem.endswith("_api"))
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s", re.DOTALL)
BUILDERS = {"select", "insert", "update", "delete", "text", "FastList"}


def sql_of(source: str) -> list[str]:
    """What of a module is SQL: statements in strings, and calls that build them."""
    tree = ast.parse(source)
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    called = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    imported = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    ]
    return [
        *(text for text in strings if STATEMENT.match(text)),
        *(name for name in called if name in BUILDERS),
        *(name for name in imported if name in BUILDERS),
    ]


class TestRoutes:
    @pytest.mark.parametrize("path", ROUTES, ids=lambda path: str(path.relative_to(FOLDER)))
    def test_no_route_holds_sql(self, path):
        assert sql_of(path.read_text()) == []

    def test_there_are_routes_to_look_at(self):
        assert len(ROUTES) > 15


class TestLooking:
    @pytest.mark.parametrize(
        "source",
        [
            'ROWS = "SELECT 1 FROM x"',
            'ROWS = """\nWITH a AS (SELECT 1) DELETE FROM x\n"""',
            "rows = await tx.session.scalar(select(Tenant.id))",
            "LIST = FastList(base=None)",
            "from sqlalchemy import delete",
        ],
    )
    def test_sql_is_found(self, source):
        assert sql_of(source)

    def test_words_of_a_docstring_are_none(self):
        assert sql_of('"""Selects what is updated with care."""') == []
