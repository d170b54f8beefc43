"""Installed software: products with real names, in versions that differ from machine to machine."""

import random
from datetime import datetime, timedelta

from bosman_protocol.reports import SoftwareItem

_WINDOWS: tuple[tuple[str, str, tuple[str, ...], float], ...] = (
    ("Microsoft Edge", "Microsoft Corporation", ("142.0.3595.53", "141.0.3537.99", "140.0.3485.94"), 1.0),
    ("Microsoft Edge WebView2 Runtime", "Microsoft Corporation", ("142.0.3595.53", "141.0.3537.99"), 1.0),
    ("Google Chrome", "Google LLC", ("142.0.7444.60", "141.0.7390.123", "138.0.7204.184"), 0.75),
    ("Mozilla Firefox (x64 pl)", "Mozilla", ("144.0.2", "143.0.4", "140.4.0"), 0.4),
    ("Mozilla Thunderbird (x64 pl)", "Mozilla", ("140.4.0", "128.14.0"), 0.15),
    ("Microsoft 365 Apps dla firm - pl-pl", "Microsoft Corporation", ("16.0.19231.20194", "16.0.18730.20220"), 0.6),
    ("Microsoft Office Standard 2019 - pl-pl", "Microsoft Corporation", ("16.0.10417.20060",), 0.15),
    ("Microsoft OneDrive", "Microsoft Corporation", ("25.199.1012.0002", "25.184.0921.0004"), 0.85),
    ("Microsoft Teams", "Microsoft Corporation", ("25290.205.4069.4894",), 0.6),
    ("Microsoft Visual C++ 2015-2022 Redistributable (x64)", "Microsoft Corporation",
     ("14.44.35211.0", "14.38.33135.0", "14.29.30153.0"), 0.95),
    ("Microsoft Visual C++ 2015-2022 Redistributable (x86)", "Microsoft Corporation",
     ("14.44.35211.0", "14.38.33135.0"), 0.9),
    ("Microsoft Visual C++ 2013 Redistributable (x64)", "Microsoft Corporation", ("12.0.40664.0",), 0.5),
    ("Microsoft .NET Runtime - 8.0.21 (x64)", "Microsoft Corporation", ("64.84.6327",), 0.35),
    ("7-Zip (x64)", "Igor Pavlov", ("25.01", "24.09", "19.00"), 0.7),
    ("Notepad++ (64-bit x64)", "Notepad++ Team", ("8.8.7", "8.6.2"), 0.3),
    ("Adobe Acrobat (64-bit)", "Adobe", ("25.001.20813", "24.005.20421"), 0.65),
    ("VLC media player", "VideoLAN", ("3.0.21", "3.0.16"), 0.25),
    ("Zoom Workplace (64-bit)", "Zoom", ("6.6.2.18894", "6.4.12.64384"), 0.25),
    ("PuTTY release 0.83 (64-bit)", "Simon Tatham", ("0.83.0.0",), 0.12),
    ("KeePass Password Safe 2.59", "Dominik Reichl", ("2.59",), 0.1),
    ("Java 8 Update 471 (64-bit)", "Oracle Corporation", ("8.0.4710.9",), 0.15),
    ("Płatnik 10.02.002", "Asseco Poland S.A.", ("10.02.002",), 0.08),
    ("e-Deklaracje Desktop", "Ministerstwo Finansów", ("10.0.3",), 0.06),
    ("Szafir 2.0", "Krajowa Izba Rozliczeniowa S.A.", ("2.0.1290",), 0.08),
    ("InsERT GT", "InsERT S.A.", ("1.83", "1.79 SP1"), 0.12),
    ("Comarch ERP Optima", "Comarch SA", ("2025.6.1", "2024.5.1"), 0.12),
    ("Dell Command | Update for Windows Universal", "Dell Inc.", ("5.5.0",), 0.2),
    ("Intel(R) Wireless Bluetooth(R)", "Intel Corporation", ("23.120.0.3",), 0.35),
    ("ESET Endpoint Security", "ESET, spol. s r.o.", ("12.0.2058.0", "11.1.2062.0"), 0.5),
    ("AutoCAD LT 2025 - Polski (Polish)", "Autodesk", ("31.1.62.0",), 0.06),
)  # fmt: skip
_WINDOWS_SERVER: tuple[tuple[str, str, tuple[str, ...], float], ...] = (
    ("Microsoft SQL Server 2019 (64-bit)", "Microsoft Corporation", ("15.0.4445.1", "15.0.4382.1"), 0.3),
    ("Microsoft SQL Server 2022 (64-bit)", "Microsoft Corporation", ("16.0.4215.2",), 0.2),
    ("SQL Server Management Studio", "Microsoft Corporation", ("20.2.37.0", "19.3.4.0"), 0.3),
    ("VMware Tools", "VMware, Inc.", ("13.0.5.0", "12.4.5.23787635"), 0.6),
    ("Veeam Agent for Microsoft Windows", "Veeam Software Group GmbH", ("6.3.2.1205",), 0.35),
    ("IIS URL Rewrite Module 2", "Microsoft Corporation", ("7.2.1993",), 0.25),
)
_LINUX_BASE = [
    "adduser",
    "apt",
    "base-files",
    "base-passwd",
    "bash",
    "bind9-dnsutils",
    "bsdutils",
    "bzip2",
    "ca-certificates",
    "coreutils",
    "cpio",
    "cron",
    "curl",
    "dash",
    "dbus",
    "debconf",
    "diffutils",
    "dmidecode",
    "dmsetup",
    "dpkg",
    "e2fsprogs",
    "ethtool",
    "fdisk",
    "file",
    "findutils",
    "fuse3",
    "gettext-base",
    "git",
    "gnupg",
    "gpgv",
    "grep",
    "groff-base",
    "grub-common",
    "grub-pc",
    "gzip",
    "hostname",
    "htop",
    "init-system-helpers",
    "initramfs-tools",
    "iproute2",
    "iptables",
    "iputils-ping",
    "isc-dhcp-client",
    "kmod",
    "less",
    "libc-bin",
    "libc6",
    "libcurl4",
    "libexpat1",
    "libgcrypt20",
    "libglib2.0-0",
    "libgnutls30",
    "libgssapi-krb5-2",
    "libkrb5-3",
    "liblzma5",
    "libnss3",
    "libpam-modules",
    "libpam-runtime",
    "libpcre2-8-0",
    "libpython3-stdlib",
    "libsqlite3-0",
    "libssh2-1",
    "libssl3",
    "libsystemd0",
    "libudev1",
    "libxml2",
    "libxslt1.1",
    "libzstd1",
    "locales",
    "login",
    "logrotate",
    "lsb-release",
    "lsof",
    "lvm2",
    "man-db",
    "mount",
    "mtr-tiny",
    "nano",
    "ncurses-base",
    "needrestart",
    "net-tools",
    "netcat-openbsd",
    "openssh-client",
    "openssh-server",
    "openssl",
    "parted",
    "passwd",
    "pciutils",
    "perl",
    "perl-base",
    "procps",
    "psmisc",
    "python3",
    "python3-minimal",
    "readline-common",
    "rsync",
    "rsyslog",
    "screen",
    "sed",
    "sudo",
    "systemd",
    "systemd-sysv",
    "tar",
    "tcpdump",
    "telnet",
    "tmux",
    "tzdata",
    "udev",
    "unattended-upgrades",
    "unzip",
    "util-linux",
    "vim-common",
    "vim-tiny",
    "wget",
    "whiptail",
    "xz-utils",
    "zlib1g",
    "zstd",
]
_LINUX_ROLES = (
    "nginx nginx-common nginx-core",
    "apache2 apache2-bin apache2-data libapache2-mod-php php php-cli php-mysql php-common",
    "postgresql postgresql-15 postgresql-client-15 postgresql-common",
    "mariadb-server mariadb-client mariadb-common galera-4",
    "docker.io containerd runc",
    "samba samba-common-bin smbclient winbind",
    "postfix dovecot-core dovecot-imapd opendkim spamassassin",
    "zabbix-agent",
    "bind9 bind9-utils",
    "haproxy keepalived",
)


def windows_software(rng: random.Random, now: datetime, *, server: bool) -> tuple[SoftwareItem, ...]:
    """What "Programs and Features" would show."""
    items = []
    for name, publisher, versions, chance in (*_WINDOWS_SERVER, *_WINDOWS) if server else _WINDOWS:
        desktop_only = server and name.startswith(("Microsoft 365", "Zoom", "AutoCAD", "Microsoft Teams", "VLC"))
        if desktop_only or rng.random() > chance:
            continue
        installed = now - timedelta(days=rng.randrange(1, 900), seconds=rng.randrange(86_400))
        arch = "x86" if "(x86)" in name else "x64"
        items.append(SoftwareItem(name, rng.choice(versions), publisher, arch, "registry", installed))
    return tuple(sorted(items, key=lambda item: item.name.casefold()))


def linux_software(rng: random.Random, now: datetime, *, server: bool, distribution: str) -> tuple[SoftwareItem, ...]:
    """What dpkg would list."""
    names = set(_LINUX_BASE)
    for _ in range(rng.randrange(1, 4) if server else 0):
        names.update(rng.choice(_LINUX_ROLES).split())
    installed = now - timedelta(days=rng.randrange(60, 1200))
    publisher = f"{distribution} Developers"
    versions = random.Random(f"{distribution} {rng.randrange(3)}")
    return tuple(
        SoftwareItem(name, _package_version(versions), publisher, "amd64", "dpkg", installed) for name in sorted(names)
    )


def _package_version(rng: random.Random) -> str:
    epoch = rng.choice(("", "", "", "1:", "2:"))
    return (
        f"{epoch}{rng.randrange(1, 12)}.{rng.randrange(0, 40)}.{rng.randrange(0, 20)}"
        f"-{rng.randrange(1, 6)}{rng.choice(('', '+deb12u1', '+deb12u3', 'ubuntu2.4'))}"
    )
