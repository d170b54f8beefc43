"""Authenticode by osslsigncode: what is signed verifies, what was changed does not, and mistakes end the build."""

import shutil
from pathlib import Path

import pytest

from releasing.payload import BuildError
from releasing.signing import COMMAND_VARIABLE, PASSWORD_FILE_VARIABLE, PKCS12_VARIABLE, authenticode
from testkit.code_signing import CodeSigning
from testkit.wine.prefix import MISSING_LIBRARY, add_missing_library


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A Windows program that nobody has signed."""
    add_missing_library(tmp_path)
    return tmp_path / MISSING_LIBRARY


class TestPkcs12:
    def test_signed_program_verifies_and_a_changed_one_does_not(
        self, program: Path, code_signing: CodeSigning, tmp_path: Path
    ) -> None:
        assert not code_signing.verify(program)[0]
        assert authenticode(program)
        good, said = code_signing.verify(program)
        assert good and "Bosman Agent" in said and "SHA256" in said, said

        content = bytearray(program.read_bytes())
        content[len(content) // 2] ^= 1
        changed = tmp_path / "changed.dll"
        changed.write_bytes(content)
        assert not code_signing.verify(changed)[0]

    def test_program_that_is_signed_again_carries_one_signature(self, program: Path, code_signing: CodeSigning) -> None:
        assert authenticode(program) and authenticode(program)
        good, said = code_signing.verify(program)
        assert good and "Number of verified signatures: 1" in said, said

    def test_wrong_password_ends_the_build_and_leaves_the_program(
        self, program: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        wrong = tmp_path / "wrong"
        wrong.write_text("something else")
        monkeypatch.setenv(PASSWORD_FILE_VARIABLE, str(wrong))
        before = program.read_bytes()
        with pytest.raises(BuildError, match=r"password|PKCS#12|pkcs12"):
            authenticode(program)
        assert program.read_bytes() == before


class TestCommand:
    def test_command_of_the_builder_gets_the_program(
        self, program: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv(COMMAND_VARIABLE, f"cp -t '{tmp_path / 'with blank'}'")
        (tmp_path / "with blank").mkdir()
        assert authenticode(program)
        assert (tmp_path / "with blank" / program.name).read_bytes() == program.read_bytes()

    def test_failing_command_ends_the_build(self, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(COMMAND_VARIABLE, shutil.which("false") or "false")
        with pytest.raises(BuildError, match="false"):
            authenticode(program)


class TestNothingConfigured:
    def test_program_stays_as_it_is(self, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(PKCS12_VARIABLE)
        before = program.read_bytes()
        assert not authenticode(program)
        assert program.read_bytes() == before
