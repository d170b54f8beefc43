"""Lines to paste on a machine: they fetch the installer, check it against the stored hash, and enrol.

They pin Bosman's CA, and hold no secret beside the token.
"""

import shlex
from dataclasses import dataclass

from bosman_protocol.codes import Code
from bosman_server.features.agents.releases import StoredFile


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What a device needs to join."""

    browser_url: str
    gateway_url: str
    token: str
    authority_sha256: str

    def download_url(self, file: StoredFile) -> str:
        """Where the api serves an installer."""
        return f"{self.browser_url}/downloads/{file.name}"


def enroll_line(enrolling: Enrolling) -> str:
    """For a Linux machine where the agent is there already, as root."""
    server, token = shlex.quote(enrolling.gateway_url), shlex.quote(enrolling.token)
    pin = shlex.quote(enrolling.authority_sha256)
    return f"bosman-agent enroll --server {server} --token {token} --ca-sha256 {pin} --install-service"


def linux_line(enrolling: Enrolling, file: StoredFile) -> str:
    """For a shell on Debian and its relatives; `sudo` asks where it must. Other users see nothing but the package."""
    url, name = shlex.quote(enrolling.download_url(file)), shlex.quote(file.name)
    steps = [
        "set -e",
        "d=$(mktemp -d)",
        "trap 'rm -rf \"$d\"' EXIT",
        # apt reads the package as a user of its own.
        'chmod 755 "$d"',
        'cd "$d"',
        f"curl -fsSL -o {name} {url}",
        # The star and not a second blank: blanks get lost when a line is copied from a page.
        f"echo '{file.sha256} *'{name} | sha256sum -c -",
        f"sudo apt-get install -y ./{name}",
        f"sudo {enroll_line(enrolling)}",
    ]
    return f"({'; '.join(steps)})"


def windows_line(enrolling: Enrolling, file: StoredFile) -> str:
    """For PowerShell 5.1 or newer, run as administrator."""
    values = {"TOKEN": enrolling.token, "SERVER": enrolling.gateway_url, "CAPIN": enrolling.authority_sha256}
    arguments = ",".join(_quoted(item) for item in ("/S", *(f"/{name}={value}" for name, value in values.items())))
    steps = [
        "$ErrorActionPreference='Stop'",
        # Windows Server 2016 still offers TLS 1.0 alone by default.
        "$n=[Net.ServicePointManager]",
        "$n::SecurityProtocol=$n::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12",
        # A fresh folder: nobody has put a library beside the installer that it would load.
        "$d=Join-Path $env:TEMP ([guid]::NewGuid())",
        "$null=New-Item -ItemType Directory -Path $d",
        f"$f=Join-Path $d {_quoted(file.name)}",
        f"(New-Object Net.WebClient).DownloadFile({_quoted(enrolling.download_url(file))},$f)",
        "$h=(Get-FileHash -Algorithm SHA256 -LiteralPath $f).Hash",
        f"if($h -ne {_quoted(file.sha256)}){{throw {_quoted(Code.RELEASE_BAD_HASH.value)}}}",
        f"$p=Start-Process -FilePath $f -ArgumentList {arguments} -Wait -PassThru",
        "Remove-Item -LiteralPath $d -Recurse",
        'if($p.ExitCode -ne 0){throw "exit_code=$($p.ExitCode)"}',
    ]
    return f"& {{ {'; '.join(steps)} }}"


def _quoted(value: str) -> str:
    """A string that PowerShell takes as it stands. Raises ValueError for one that a line cannot hold."""
    # PowerShell takes typographic apostrophes for the straight one.
    if any(char in value for char in "\r\n\u2018\u2019\u201a\u201b"):
        raise ValueError(value)
    return "'" + value.replace("'", "''") + "'"
