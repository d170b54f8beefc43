"""Every table, for Alembic and for the security test: importing this fills the metadata."""

from bosman_server.core.audit import models as audit
from bosman_server.core.identity import models as identity
from bosman_server.core.notifications import models as notifications
from bosman_server.features.agents import models as releases
from bosman_server.features.agents import rollout_models as rollout
from bosman_server.features.updates import models as updates
from bosman_server.fleet.enrollment import models as enrollment
from bosman_server.fleet.ingest import models as uplink
from bosman_server.fleet.inventory import models as inventory
from bosman_server.fleet.tenancy import models as tenancy
from bosman_server.kit.db import keys
from bosman_server.kit.db.base import Base
from bosman_server.work.safety import models as safety
from bosman_server.work.tasks import models as tasks

metadata = Base.metadata

GLOBAL_TABLES = {
    "identity_role_permission": "what a role may is the same for every tenant",
    "releases_release": "a version of the agent is the same for every tenant",
    "releases_file": "a version of the agent is the same for every tenant",
    "releases_part": "a version of the agent is the same for every tenant",
    "alembic_version": "the schema's own version",
}
"""Tables without row-level security, each with its reason."""

PERSONAL_TABLES = {
    "identity_user": "a person may serve many tenants; seen where they are a member",
    "identity_recovery_code": "belongs to a person",
    "identity_session": "belongs to a person",
    "identity_known_browser": "belongs to a person",
    "identity_password_reset": "belongs to a person",
    "identity_membership": "read to find out which tenants a person may enter; else seen in its tenant",
    "identity_second_factor_guesses": "belongs to a person",
    "identity_pending_factor": "belongs to a person",
    "identity_setup_code": "exists before anybody may enter anything",
    "tasks_act": "a person's account over all their tenants; seen where they are a member, or the key is",
    "tasks_idempotency_key": "a person's wishes over all their tenants; seen where they are a member, or the key is",
    "kit_data_key": "holds wrapped keys only, read before a scope exists",
}
"""Tables of no tenant, guarded all the same: open while somebody signs in, closed in a tenant's transaction."""

__all__ = [
    "GLOBAL_TABLES", "PERSONAL_TABLES", "audit", "enrollment", "identity", "inventory", "keys", "metadata",
    "notifications", "releases", "rollout", "safety", "tasks", "tenancy", "updates", "uplink",
]  # fmt: skip
