"""`bosman admin`: emergencies. Whoever may read the keys and the database of the server may do these."""

from bosman_server.cli.lazy import commands

_HERE = "bosman_server.cli.admin"

app = commands(
    {
        "reset-totp": f"{_HERE}.people:reset_totp",
        "reset-password": f"{_HERE}.people:reset_password",
        "unlock": f"{_HERE}.people:unlock",
        "end-sessions": f"{_HERE}.people:end_sessions",
        "add-owner": f"{_HERE}.people:add_owner",
        "make-operator": f"{_HERE}.people:make_operator",
        "revoke-agents": f"{_HERE}.agents:revoke_agents",
        "freeze": f"{_HERE}.freeze:freeze",
        "unfreeze": f"{_HERE}.freeze:unfreeze",
    },
    help="Emergencies: everything asks first, and is in the audit trail.",
)
