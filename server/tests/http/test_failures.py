"""What breaks below a route: who may try again is told so, what is our fault is told as ours."""

import httpx
import pytest
from fastapi import FastAPI

from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import EMPTY_SCOPE
from bosman_server.kit.problems import register_problem_handlers
from testkit.patience import patient


@pytest.fixture
async def ask(stack):
    """Runs something below a route; the answer's status and code."""
    database = await Database(stack.about()["database_urls"]["bosman_app"], pool_size=1).open()

    async def run(work, opened=database):
        app = FastAPI()
        register_problem_handlers(app)

        @app.get("/")
        async def route() -> None:
            await work(opened)

        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=patient()) as client:
            answer = await client.get("/")
        return answer.status_code, answer.json()["code"]

    yield run
    await database.close()


async def statement(database, text, *values):
    async with database.reading(EMPTY_SCOPE) as connection:
        await connection.fetch(text, *values)


class TestTryAgain:
    async def test_database_that_is_away(self, ask):
        gone = Database("postgresql://nobody@127.0.0.1:1/none")
        assert await ask(lambda database: statement(database, "SELECT 1"), gone) == (503, "server.unavailable")

    async def test_connection_that_is_lost_in_the_middle(self, ask):
        async def lose(database):
            async with database.writing(EMPTY_SCOPE) as tx:
                tx.connection.terminate()
                await tx.connection.execute("SELECT 1")

        assert await ask(lose) == (503, "server.unavailable")


class TestOurFault:
    @pytest.mark.parametrize(
        ("text", "values"),
        [("SELECT $1::int", ()), ("SELECT nothing", ()), ("SELECT $1::text", (5,)), ("SELECT 1/0 FROM nowhere", ())],
    )
    async def test_statement_that_is_wrong(self, ask, text, values):
        assert await ask(lambda database: statement(database, text, *values)) == (500, "server.error")

    @pytest.mark.parametrize("error", [FileNotFoundError("/x"), PermissionError("/x"), TimeoutError(), ValueError("x")])
    async def test_whatever_else_breaks(self, ask, error):
        async def fail(_database):
            raise error

        assert await ask(fail) == (500, "server.error")


class TestTheCallers:
    async def test_value_that_no_column_takes(self, ask):
        assert await ask(lambda database: statement(database, "SELECT $1::int", 2**40)) == (422, "request.invalid")
