"""The agent's folder and key on Windows. Wine keeps no rights of files: who may read the folder is not tested here."""

import base64
import ssl
from pathlib import Path

import pytest

from bosman_agent.identity.data_dir import DataDir, write_private
from bosman_agent.identity.keys import client_context, create_key, read_validity, store_identity
from bosman_agent.platform import system
from testkit.authority import Authority


class TestSeal:
    def test_sealed_secret_comes_back_and_does_not_show(self) -> None:
        sealed = system.seal(b"secret")

        assert b"secret" not in base64.decodebytes(sealed)
        assert system.unseal(sealed) == b"secret"

    def test_secret_of_another_machine_is_refused(self) -> None:
        with pytest.raises(OSError, match="cannot be unsealed"):
            system.unseal(base64.encodebytes(bytes(300)))


class TestClientContext:
    def test_tls_takes_a_sealed_key_and_no_plain_one_is_left(self, tmp_path: Path, authority: Authority) -> None:
        key = create_key()
        store_identity(tmp_path / "device.pem", key, authority.answer_csr(key.csr_pem, "device"))
        (tmp_path / "ca.crt").write_text(authority.pem)

        context = client_context(tmp_path / "ca.crt", tmp_path / "device.pem")

        assert isinstance(context, ssl.SSLContext)
        assert read_validity(tmp_path / "device.pem")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.crt", "device.pem"]
        assert b"BEGIN PRIVATE KEY" not in (tmp_path / "device.pem").read_bytes()


class TestCreatePrivateFolder:
    def test_folder_is_made_once_and_taken_over_after(self, tmp_path: Path) -> None:
        data = DataDir(tmp_path / "a" / "b")
        data.create()
        data.create()

        assert data.root.is_dir()

    def test_file_is_replaced_while_somebody_reads_the_old_one(self, tmp_path: Path) -> None:
        path = tmp_path / "status.json"
        write_private(path, b"1")
        write_private(path, b"2")

        assert path.read_bytes() == b"2"
