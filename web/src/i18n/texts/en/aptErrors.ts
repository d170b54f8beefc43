import { text } from "../../text.ts";

/** What goes wrong with apt and its sources, and what mends it. */
export const apt = {
  downgrade_pinned: text(
    "A pin would put older versions of these packages in place of the installed ones. They are",
    "no updates; remove the pin in /etc/apt/preferences if it is not wanted.",
  ),
  lines_unread: text(
    "Some lines of apt were not understood ({{count}}); the updates they name are",
    "missing from the list. Tell the administrator of Bosman.",
  ),
  source_bad_entry: "apt cannot read an entry of its list of sources. Correct the file in /etc/apt.",
  source_changed: text(
    "A source of updates has changed its name or owner, which somebody must accept:",
    "run “apt-get update --allow-releaseinfo-change” on the device.",
  ),
  source_damaged:
    "A source of updates sent a damaged or half-renewed list. Scan again later; if it stays, use another mirror.",
  source_denied: "A source of updates refuses this device. Check its user name, password or subscription.",
  source_expired: text(
    "The list of a source of updates has expired, or is not valid yet. Check the",
    "device's clock; if it is right, the source is no longer kept up.",
  ),
  source_failed: "A source of updates could not be fetched. Run “apt-get update” on the device and read what it says.",
  source_not_fetched: "The list of a source of updates was never fetched. Scan the device again.",
  source_not_found: "A source of updates is no longer there. Correct its address or suite in /etc/apt, or remove it.",
  source_not_signed: "A source of updates is not signed, so apt does not use it. Ask who runs it, or remove it.",
  source_unreachable: "A source of updates could not be reached. Check the device's network, name server and proxy.",
  source_untrusted:
    "The signature of a source of updates is not valid: its key is missing or has expired. Install its current key.",
  would_remove: text(
    "Not installed, because it would have removed other packages: {{removed}}. Decide on the device",
    "whether they may go, with “apt-get install”.",
  ),
  locked: "Another program holds the package manager's lock.",
  failed: "The package manager reported an error.",
  not_available: "This system has no apt.",
} as const;
