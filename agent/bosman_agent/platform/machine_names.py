"""What firmware calls the machine: placeholders left out, hypervisors known by their names."""

import re

from bosman_protocol.text import clean_text

_PLACEHOLDER = re.compile(
    r"(?:default string|(?:system|chassis|base ?board|board|product) (?:manufacturer|product name|version)"
    r"|(?:(?:system|chassis|base ?board|board|product) )?serial number|to be filled by o\.?e\.?m\.?"
    r"|(?:not|no) (?:specified|present|available|applicable)|no asset tag"
    r"|n/?a|none|unknown|invalid|empty|null|all series|o\.?e\.?m\.?|<[^<>]*>"
    # Counted up, or one character all along.
    r"|0*1234567(?:8(?:90?)?)?|([0x.*-])\1*)?",
    re.IGNORECASE,
)
HYPERVISORS = {
    "qemu": "qemu", "kvm": "kvm", "vmware": "vmware", "virtualbox": "oracle", "innotek": "oracle",
    "xen": "xen", "microsoft corporation virtual": "microsoft", "parallels": "parallels",
    "amazon ec2": "amazon", "google compute engine": "google", "bochs": "bochs",
}  # fmt: skip


def known_name(value: str | None) -> str | None:
    """The name, or None where the firmware only fills a field."""
    name = clean_text(value, 256) if value else ""
    return None if _PLACEHOLDER.fullmatch(" ".join(name.split())) is not None else name


def guess_hypervisor(vendor: str | None, model: str | None) -> str | None:
    """The hypervisor that names itself as maker or model of the machine; None on bare metal."""
    described = f"{vendor or ''} {model or ''}".lower()
    return next((name for sign, name in HYPERVISORS.items() if sign in described), None)
