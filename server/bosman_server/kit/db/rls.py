"""The two roles that row-level security tells apart: the second barrier between tenants [R3].

The policies themselves stand in migrations, word by word: what a released schema is must not follow what code becomes.
"""

APP_ROLE = "bosman_app"
"""The api's: sees rows of the transaction's tenants (`bosman_tenants()`), and of its sites (`bosman_limits()`)."""
WORKER_ROLE = "bosman_worker"
"""The worker's: serves every tenant."""
