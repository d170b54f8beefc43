"""`bosman releases`: what a folder must hold to be stored, and that what is stored does not change."""

import msgspec
import pytest

from testkit.releases import build


@pytest.fixture(autouse=True)
def clean(no_releases):
    """Each test begins without releases."""


class TestAdd:
    async def test_folder_of_a_build_is_stored_and_listed(self, bosman, tmp_path):
        built = build(tmp_path, "1.2.0")
        build(tmp_path, "1.2.0", "linux")
        code, said = await bosman("add", str(tmp_path))
        assert code == 0 and said.count("Stored: ") == 4
        code, said = await bosman("list")
        assert code == 0 and built.installer_name in said and "bosman-agent_1.2.0_amd64.deb" in said

    async def test_adding_it_twice_changes_nothing(self, bosman, tmp_path):
        build(tmp_path, "1.2.0")
        await bosman("add", str(tmp_path))
        code, said = await bosman("add", str(tmp_path))
        assert code == 0 and "stored already" in said and "Stored:" not in said

    async def test_bundle_that_its_manifest_does_not_name_is_refused_and_nothing_is_stored(self, bosman, tmp_path):
        build(tmp_path, "1.2.0", "linux")
        build(tmp_path, "1.2.0")
        (tmp_path / "bosman-agent-1.2.0-windows-amd64.zip").write_bytes(b"something else")
        code, said = await bosman("add", str(tmp_path))
        assert code == 1 and "not what its manifest says" in said
        assert "Nothing is stored" in (await bosman("list"))[1]

    async def test_same_version_with_other_content_is_refused(self, bosman, tmp_path):
        build(tmp_path / "one", "1.2.0")
        build(tmp_path / "two", "1.2.0")
        assert (await bosman("add", str(tmp_path / "one")))[0] == 0
        code, said = await bosman("add", str(tmp_path / "two"))
        assert code == 1 and "a version does not change" in said

    async def test_installer_under_a_known_name_with_other_content_is_refused(self, bosman, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "bosman-agent_1.2.0_amd64.deb").write_bytes(name.encode())
        assert (await bosman("add", str(tmp_path / "one")))[0] == 0
        code, said = await bosman("add", str(tmp_path / "two"))
        assert code == 1 and "stored already with other content" in said

    @pytest.mark.parametrize("content", [b"nonsense", msgspec.json.encode({"payload": "e30="})])
    async def test_manifest_that_cannot_be_read_is_refused(self, bosman, tmp_path, content):
        build(tmp_path, "1.2.0")
        (tmp_path / "bosman-agent-1.2.0-windows-amd64.manifest").write_bytes(content)
        code, said = await bosman("add", str(tmp_path))
        assert code == 1 and "not a signed manifest" in said

    async def test_manifest_without_its_bundle_is_refused(self, bosman, tmp_path):
        build(tmp_path, "1.2.0")
        (tmp_path / "bosman-agent-1.2.0-windows-amd64.zip").unlink()
        code, said = await bosman("add", str(tmp_path))
        assert code == 1 and "is missing beside its manifest" in said

    async def test_manifest_under_another_name_is_refused(self, bosman, tmp_path):
        build(tmp_path, "1.2.0")
        for suffix in ("zip", "manifest"):
            path = tmp_path / f"bosman-agent-1.2.0-windows-amd64.{suffix}"
            path.rename(tmp_path / f"bosman-agent-9.9.9-windows-amd64.{suffix}")
        code, said = await bosman("add", str(tmp_path))
        assert code == 1 and "must be called bosman-agent-1.2.0-windows-amd64.manifest" in said

    async def test_empty_folder_is_refused(self, bosman, tmp_path):
        code, said = await bosman("add", str(tmp_path))
        assert code == 1 and "no manifest and no installer" in said


class TestRemove:
    async def test_version_is_gone_on_every_platform_and_audited(self, bosman, tmp_path, database):
        build(tmp_path, "1.2.0")
        build(tmp_path, "1.2.0", "linux")
        async with database.unscoped() as connection:
            began = await connection.fetchval("SELECT now()")
        await bosman("add", str(tmp_path))
        assert (await bosman("remove", "1.2.0"))[0] == 0
        assert "Nothing is stored" in (await bosman("list"))[1]
        async with database.unscoped() as connection:
            query = "SELECT action, actor_name FROM audit_entry WHERE action LIKE 'release.%' AND at > $1"
            rows = await connection.fetch(query, began)
            assert await connection.fetchval("SELECT count(*) FROM releases_part") == 0
        assert {row["action"] for row in rows} == {"release.add", "release.remove"}
        assert all(row["actor_name"].startswith("bosman admin: ") for row in rows)

    async def test_unknown_version_is_an_error(self, bosman):
        code, said = await bosman("remove", "7.7.7")
        assert code == 1 and "not stored" in said
