"""The processes of `bosman up`, as they really are started: what each of them holds."""

from pathlib import Path

import psutil

from bosman_server.cli.environment import OWN_SECRETS, SECRETS
from bosman_server.kit.db.rls import APP_ROLE, WORKER_ROLE


class TestProcess:
    def test_each_child_has_its_own_secrets_only(self, stack):
        urls = stack.about()["database_urls"]
        for name, own_role in (("api", APP_ROLE), ("worker", WORKER_ROLE)):
            found = psutil.Process(stack.pid(name)).environ()
            assert set(found) & SECRETS <= OWN_SECRETS[name], name
            assert [role for role, url in urls.items() if url in found.values()] == [own_role]

    def test_api_has_a_folder_of_its_own_keys(self, stack):
        folder = Path(psutil.Process(stack.pid("api")).environ()["BOSMAN_KEYS_DIR"])
        assert {path.name for path in folder.iterdir()} == {
            "ca.pem", "master.key", "api.seed", "svc-api.pem", "svc-api.key"
        }  # fmt: skip
        assert folder.stat().st_mode & 0o777 == 0o700
        assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
