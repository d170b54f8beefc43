"""Installed packages from dpkg's database."""

from datetime import UTC, datetime

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.processes import ProcessTimeoutError, run_collecting
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import SoftwareItem
from bosman_protocol.text import clean_text

FIELDS = (
    "binary:Package", "Version", "Architecture", "Maintainer", "db:Status-Status", "db-fsys:Last-Modified",
)  # fmt: skip
FORMAT = "\\t".join(f"${{{field}}}" for field in FIELDS) + "\\n"
FIELD_COUNT = len(FIELDS)
GONE = frozenset({"not-installed", "config-files"})
"""The only states (dpkg(1), "package states") in which nothing of the program is there."""
TIMEOUT_SECONDS = 60.0


class DpkgSoftware:
    """Software as dpkg knows it."""

    async def collect(self) -> list[SoftwareItem]:
        """Every installed package. Raises ProviderError."""
        try:
            done = await run_collecting(
                ["dpkg-query", "-W", "-f", FORMAT], timeout=TIMEOUT_SECONDS, env={"LC_ALL": "C.UTF-8"}
            )
        except FileNotFoundError as error:
            raise ProviderError(ErrorDetail(Code.APT_NOT_AVAILABLE, detail="dpkg-query")) from error
        except (OSError, ProcessTimeoutError) as error:
            raise ProviderError(ErrorDetail(Code.APT_FAILED, detail=f"dpkg-query: {error}")) from error
        if done.exit_code != 0:
            detail = done.stderr[-2000:]
            raise ProviderError(ErrorDetail(Code.APT_FAILED, detail=detail), exit_code=done.exit_code)
        return parse_packages(done.stdout)


def parse_packages(text: str) -> list[SoftwareItem]:
    """Packages whose files are on the disk, however far their installation came; remains of removed ones are not."""
    items = []
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) < FIELD_COUNT:
            continue
        # A maintainer's name may hold a tab; what stands around it may not.
        name, version, architecture, *maintainer, status, modified = fields
        if status in GONE or not name:
            continue
        items.append(
            SoftwareItem(
                name=clean_text(name.split(":")[0], 256),
                version=clean_text(version, 256),
                publisher=clean_text(" ".join(maintainer), 256) or None,
                architecture=clean_text(architecture, 256) or None,
                source="dpkg",
                installed_at=datetime.fromtimestamp(int(modified), UTC) if modified.isdigit() else None,
            )
        )
    return items
