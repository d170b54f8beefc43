"""What firmware calls the machine: placeholders left out, hypervisors known by their names."""

from bosman_protocol.text import clean_text

PLACEHOLDERS = frozenset(
    {"", "none", "default string", "system manufacturer", "system product name", "system serial number",
     "to be filled by o.e.m.", "not specified", "o.e.m.", "0", "unknown", "not applicable"}
)  # fmt: skip
HYPERVISORS = {
    "qemu": "qemu", "kvm": "kvm", "vmware": "vmware", "virtualbox": "oracle", "innotek": "oracle",
    "xen": "xen", "microsoft corporation virtual": "microsoft", "parallels": "parallels",
    "amazon ec2": "amazon", "google compute engine": "google", "bochs": "bochs",
}  # fmt: skip


def known_name(value: str | None) -> str | None:
    """The name, or None where the firmware only fills a field."""
    name = clean_text(value, 256) if value else ""
    return None if name.lower() in PLACEHOLDERS else name


def guess_hypervisor(vendor: str | None, model: str | None) -> str | None:
    """The hypervisor that names itself as maker or model of the machine; None on bare metal."""
    described = f"{vendor or ''} {model or ''}".lower()
    return next((name for sign, name in HYPERVISORS.items() if sign in described), None)
