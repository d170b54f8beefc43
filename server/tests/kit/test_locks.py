"""What may run only once holds a lock of its own: two that share one would each keep the other from running."""

import ast
import inspect

from bosman_server import worker


def leaders():
    """The roles that a worker tries to lead."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(worker))) if isinstance(node, ast.Call)]
    return {ast.literal_eval(call.args[1]) for call in calls if getattr(call.func, "id", "") == "Leader"}


class TestAdvisoryLocks:
    async def test_one_worker_alone_leads_everything(self, stack, eventually):
        roles = leaders()
        assert len(roles) >= 7

        async def missing():
            said = [line for line in stack.log().splitlines() if "leader_elected" in line]
            return {role for role in roles if not any(f"role={role}" in line for line in said)}

        async def none_missing():
            return not await missing()

        await eventually(none_missing)
