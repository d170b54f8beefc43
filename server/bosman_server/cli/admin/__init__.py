"""`bosman admin`: emergencies. Whoever may read the keys and the database of the server may do these."""

import typer

from bosman_server.cli.admin import agents, freeze, people

app = typer.Typer(help="Emergencies: everything asks first, and is in the audit trail.", no_args_is_help=True)
app.command("reset-totp")(people.reset_totp)
app.command("reset-password")(people.reset_password)
app.command("unlock")(people.unlock)
app.command("end-sessions")(people.end_sessions)
app.command("add-owner")(people.add_owner)
app.command("make-operator")(people.make_operator)
app.command("revoke-agents")(agents.revoke_agents)
app.command("freeze")(freeze.freeze)
app.command("unfreeze")(freeze.unfreeze)
