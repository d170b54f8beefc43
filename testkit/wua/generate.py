"""Makes scenarios of recorded runs of Windows Update: `python -m testkit.wua.generate FOLDER`.

FOLDER holds the progress streams `ansible_*.txt` (one JSON object a line, as a Windows host wrote them). What is kept
of them in `scenarios/` is our own: new ids, titles put together from class, product and KB number in English and
Polish, no descriptions; numbers, flags and results are those of the recording.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

SCENARIOS = Path(__file__).with_name("scenarios")
CLASSES = {
    "Security Updates": ("0fa1201d-4330-4fa8-8ae9-b877473b6441", "Aktualizacja zabezpieczeń"),
    "Critical Updates": ("e6cf1350-c01b-414d-a61f-263d14d133b4", "Aktualizacja krytyczna"),
    "Definition Updates": ("e0789628-ce08-4437-be74-2495b842f43b", "Aktualizacja definicji"),
    "Update Rollups": ("28bc880e-0592-4cbf-8f95-c79b17911d5f", "Pakiet zbiorczy aktualizacji"),
    "Updates": ("cd5ffd1e-e932-4e3a-bf74-18bf0b1bbd83", "Aktualizacja"),
}
"""The classes by the names that an English Windows gives them; a recording has only these."""
RESTART = {"NeverReboots": 0, "AlwaysRequiresReboot": 1, "CanRequestReboot": 2}
IMPACT = {"Normal": 0, "Minor": 1, "RequiresExclusiveHandling": 2}


def recorded(path: Path) -> Iterator[dict[str, Any]]:
    """The messages of a recording; lines that were cut off are left out."""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and "task" in message:
            yield message


def offered(path: Path) -> list[dict[str, Any]]:
    """Every update of every search of a recording, as it was written."""
    return [
        update
        for message in recorded(path)
        if message["task"] == "search_result"
        for update in message["result"]["updates"]
    ]


def as_update(update: dict[str, Any]) -> dict[str, Any]:
    """A recorded update as the stand-in plays it, in its own words."""
    return {
        "id": update["id"],
        "revision": update["revision_number"],
        "title": update["title"],
        "kbs": update["kb"],
        "categories": [[name, _category(name)] for name in update["categories"]],
        "type": 2 if update["type"] == "Driver" else 1,
        "browse_only": update["browse_only"],
        "hidden": update["is_hidden"],
        "impact": IMPACT[update["impact"]],
        "restart_behavior": RESTART[update["reboot_behaviour"]],
    }


def scenario(path: Path, *, polish: bool) -> dict[str, Any]:
    """What the first search of a recording found, and what its first installation came to."""
    messages = list(recorded(path))
    searches = [message for message in messages if message["task"] == "search_result"]
    installs = [message for message in messages if message["task"] == "install_result"]
    results = {one["id"]: one for one in installs[0]["result"]["info"]}
    updates = []
    for update in searches[0]["result"]["updates"]:
        made = as_update(update)
        made["id"] = str(uuid5(NAMESPACE_URL, update["id"]))
        made["title"] = _title(update, polish=polish)
        made["categories"] = [
            [CLASSES[name][1] if polish and name in CLASSES else name, key] for name, key in made["categories"]
        ]
        if update["id"] in results:
            one = results[update["id"]]
            made["install"] = {
                "result_code": one["result_code"], "hresult": one["hresult"] & 0xFFFFFFFF,
                "reboot": one["reboot_required"],
            }  # fmt: skip
        updates.append(made)
    return {"updates": updates}


def write_all(source: Path, target: Path = SCENARIOS) -> list[Path]:
    """Scenarios of all recordings with an installation, in both languages; returns what was written."""
    target.mkdir(exist_ok=True)
    written = []
    for path in sorted(source.glob("ansible_*.txt")):
        if not any(message["task"] == "install_result" for message in recorded(path)):
            continue
        for language in ("en", "pl"):
            name = path.stem.removeprefix("ansible_").replace("_", "-")
            file = target / f"{name}-{language}.json"
            text = json.dumps(scenario(path, polish=language == "pl"), ensure_ascii=False, indent=1)
            file.write_text(text + "\n", encoding="utf-8")
            written.append(file)
    return written


def _category(name: str) -> str:
    return CLASSES[name][0] if name in CLASSES else str(uuid5(NAMESPACE_URL, name))


def _title(update: dict[str, Any], *, polish: bool) -> str:
    words = [name for name in update["categories"] if name in CLASSES]
    kind = words[0] if words else ""
    products = ", ".join(name for name in update["categories"] if name not in CLASSES) or "Windows"
    number = next((kb.removeprefix("KB") for kb in update["kb"] if kb.removeprefix("KB").isdigit()), None)
    suffix = f" (KB{number})" if number else ""
    if polish:
        return f"{CLASSES[kind][1] if kind else 'Aktualizacja'} dla systemu {products} – zażółć{suffix}"
    return f"{kind.removesuffix('s') or 'Update'} for {products}{suffix}"


if __name__ == "__main__":
    for made_file in write_all(Path(sys.argv[1])):
        sys.stdout.write(f"{made_file.name}\n")
