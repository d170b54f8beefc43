import { text } from "../../text.ts";
import { apt } from "./aptErrors.ts";

/** Keyed by the codes that the server and the agents report: a new code needs a line here and one in Polish. */
export default {
  unknown: "Something went wrong ({{code}}).",
  network: { unreachable: "The server cannot be reached. Check the connection." },
  session: {
    required: "Your session has ended. Sign in again.",
    totp_required: "The second step of signing in is missing.",
    totp_enrollment_required: "Set up the authenticator app first.",
    bad_credentials: "The e-mail address or the password is wrong.",
    bad_code: "The code is wrong or has been used already.",
    account_limited: text(
      "Too many attempts for this account from browsers that it does not know. Use a browser in which you have",
      "signed in before, set a new password by mail, or try again in {{retry_after_seconds}} s.",
    ),
    rate_limited: "Too many attempts. Try again in {{retry_after_seconds}} s.",
    step_up_required: "This needs a fresh code from your authenticator app.",
  },
  mail: {
    not_configured: "No mail server is set up. Ask whoever runs this server.",
    refused: "The mail server refused the mail.",
    server_unreachable: "The mail server cannot be reached.",
    sign_in_refused: "The mail server refused Bosman's name or password.",
    unreadable: "The mail could not be written.",
  },
  setup: { bad_code: "The set-up code is wrong or has expired.", closed: "The first set-up has been done already." },
  password: {
    too_short: "The password needs at least {{min}} characters.",
    too_common: "This password is too common.",
    wrong: "The current password is wrong.",
    bad_link: "This link is not valid any more: it was used or has expired. Ask for a new one.",
  },
  permission: { denied: "Your role does not include “{{permission}}”. Ask an administrator of this customer." },
  client: { error: "The page could not be loaded. Reload the tab." },
  object: { not_found: "It does not exist, or you may not see it." },
  tenant: {
    name_taken: "You have a customer of this name already.",
    not_empty: "The customer still has sites or devices.",
  },
  site: {
    other_tenant: "The site belongs to another customer.",
    name_taken: "A site of this name exists already.",
    not_empty: "The site still has devices.",
    bad_time_zone: "This time zone is not known.",
  },
  stream: { limit_reached: "Too many live views or downloads are open. Close some tabs and try again." },
  device: {
    unknown: "The device is not known.",
    cloned: text(
      "Two machines use the identity of this device, for example after a disk was copied.",
      "Install the agent anew on one of them.",
    ),
    not_revoked: "Only a revoked device can be removed.",
    quota: "The device sends or asks more than a device may. What went beyond was counted and left out.",
    revoked: "The device has been revoked.",
  },
  token: {
    expired: "The token has expired.",
    unknown: "The token is not known.",
    used_up: "The token has been used up.",
    revoked: "The token has been revoked.",
  },
  job: {
    too_large: "The job has too many devices. Narrow the selection.",
    empty_target: "No device matches, so there is nothing to do.",
    confirm_required:
      "With what you started in the last five minutes this concerns {{count}} devices. Type this number to confirm.",
    count_changed: text(
      "The number of matching devices has changed: {{expected}} were",
      "expected, there are {{actual}} now. Check and try again.",
    ),
    unknown_kind: "This kind of task is not known.",
    bad_params: "The settings of the task are not valid.",
    idempotency_mismatch: "This Idempotency-Key was used for another operation. Use a new one.",
    nothing_to_retry: "No task of this job has failed.",
  },
  task: {
    not_yours: "The task belongs to another device.",
    already_finished: "The task has finished already.",
    timed_out: "The task took longer than allowed and was stopped.",
    expired: "The device did not come back in time; the task was not run.",
    cancelled: "The task was cancelled.",
    rejected: "The job was not approved.",
  },
  agent: {
    clock_wrong: text(
      "The clock of the device is wrong: certificates and deadlines of",
      "work are judged by it. Set date, time and time zone.",
    ),
    runtime_died: text(
      "The agent's working process ended unexpectedly and was started",
      "again. If it happens often, look at the agent's log.",
    ),
    runtime_hung: text(
      "The agent's working process no longer answered and was started",
      "again. If it happens often, look at the agent's log.",
    ),
    update_dirty: text(
      "An earlier update of the agent has not been finished on this device. Restart the",
      "agent; if that does not help, install it anew over the old one.",
    ),
    update_not_installed:
      "This agent was not put there by its installer, so it cannot update itself. Install it with the installer.",
    update_rolled_back:
      "The new version of the agent did not work on this device; the agent has gone back to the one before.",
    disk_full: "The device has no free disk space.",
    lost_task: "The agent no longer knows this task; its data was probably restored or deleted.",
    internal: "The agent failed unexpectedly.",
    interrupted: "The agent was interrupted while the task ran. Whether it took effect is not certain.",
    unsupported: "The agent on this device cannot do this.",
    failed: "The agent could not carry out the task.",
  },
  api_key: {
    budget_spent: text(
      "This key may reach {{per_hour}} devices within an hour with",
      "installations, restarts and scripts; {{used}} have been used.",
    ),
    other_device: "This key was made for certain devices only, and this is none of them.",
    not_allowed: "An API key cannot do this: it needs a person with a second factor.",
    scope_too_wide:
      "A key can hold only what you may do yourself and what keys may do at all; this one asks for {{permission}}.",
    unknown: "This API key does not exist, has expired or was revoked.",
  },
  invitation: {
    unknown: "This invitation is not valid any more: it was used, taken back or has expired. Ask for a new one.",
    not_yours: text(
      "No mail server is set up, and only whoever made this invitation",
      "may see its link. Invite the person anew instead.",
    ),
    other_person: "This invitation is for {{email}}. Sign in with that account.",
    sign_in_first: "There is an account for this address already: sign in, then open the link again.",
  },
  member: {
    above_you: "You cannot give, change or take away the role {{role}}: it allows more than you may do yourself.",
    exists: "This person is a member already.",
    last_owner: "This is the last Owner. Make somebody else an Owner first.",
    owner_everywhere: "An Owner looks after the whole customer and cannot be limited to sites.",
  },
  approval: {
    closed: "This request has been decided already, or has expired.",
    own_request: "You cannot decide on your own request. Somebody else has to.",
  },
  freeze: {
    outdated: "The agent refused an order to stop work: it knows a newer one.",
    other_tenant: "The agent refused an order to stop work: it is for another organisation.",
  },
  trust: {
    other_installation: "The agent refused a trust statement: it belongs to another installation.",
    outdated: text(
      "The agent refused a trust statement: it has a newer one. Somebody",
      "may be trying to bring back a key that was taken away.",
    ),
    root_known: "The agent refused to get to know another root key: it has one already.",
  },
  apt,
  updates: {
    bad_config: text(
      "Windows Update is set up wrongly on this device, or a policy forbids it.",
      "Check the policies on Windows Update and its server.",
    ),
    bad_update: text(
      "The update or what describes it is faulty, or its signature is not",
      "valid. Scan anew; if it stays, approve another one.",
    ),
    cancelled: "The update was cancelled on the device. Try again.",
    client_broken: text(
      "Windows Update on this device does not work as it should. Restart its",
      "service; if that does not help, reset Windows Update.",
    ),
    held: "The update is held on the device, so it is not installed. Remove the hold or the pin first.",
    prerequisite:
      "Another update must be installed first, usually the servicing stack. Install all others, then try again.",
    try_later: text(
      "The device is not ready for updates now: its battery is low, its",
      "connection is metered, or set-up runs. Try again later.",
    ),
    not_offered: "The update is no longer offered for this device.",
    none_selected: "No update was chosen, or none of the chosen ones is still pending.",
    access_denied: text(
      "Windows Update denied the agent access. Check the policies on",
      "Windows Update and that the agent runs as its service.",
    ),
    alone: "This update must be installed alone. Install it by itself.",
    clock_or_tls: text(
      "The connection to the update server failed its security check. Check the device's",
      "clock, its TLS settings and whether a proxy opens encrypted connections.",
    ),
    damaged_store: text(
      "Windows' component store is damaged. Run “DISM /Online /Cleanup-Image",
      "/RestoreHealth” and “sfc /scannow”, then try again.",
    ),
    disabled:
      "Windows Update is switched off on this device, by a policy or because its service is disabled. Switch it on.",
    download_failed: text(
      "The update could not be downloaded. Check the device's connection",
      "and whether the update server reaches Microsoft.",
    ),
    eula: "The terms of the update could not be accepted. Accept them at the device.",
    failed: "The update service reported an error.",
    in_progress: "Another installation of updates is under way on the device. Wait for it to end, then try again.",
    installer_failed: "The installer of this update failed. Look the error up at Microsoft; a restart often helps.",
    needs_input:
      "The installer of this update may ask questions, so it is not installed unattended. Install it at the device.",
    no_space: "There is not enough free disk space for the update. Free some, then try again.",
    not_applicable: "The update does not fit this device, or it is installed already. Scan anew.",
    not_available: "The update service of the system is not there, or cannot be used by the agent.",
    not_confirmed: text(
      "The installer reported success, but the device still offers the",
      "update. A restart may be missing; scan again after it.",
    ),
    not_removable: "This update cannot be removed: Windows keeps it for good, or it is part of a later one.",
    partly: "The update service did a part of the work and then reported an error. Scan again to see what is left.",
    restart_first: "The device must restart before it can install more. Restart it, then try again.",
    rolled_back: text(
      "Windows installed the update and took it back when it restarted. Look at the",
      "update history and at drivers and programs that hinder it.",
    ),
    scan_hung: text(
      "Windows Update did not answer the search in time. Restart the device;",
      "a server with very many updates may need cleaning up.",
    ),
    server_refused:
      "The update server refused the device. Check its rules and whether the device belongs to the right group there.",
    service_stopped:
      "The Windows Update service does not run and could not be started. Start “wuauserv”, or look for what stops it.",
    superseded: "A newer update has taken the place of this one. Scan anew and install that.",
    unreachable: "Microsoft's update servers cannot be reached from the device. Check DNS, proxy and firewall.",
    wsus_unreachable: text(
      "The device's WSUS server cannot be reached. Check its address in the",
      "policy, DNS, the port and whether the server runs.",
    ),
  },
  apps: {
    lines_unread:
      "Some lines of winget were not understood ({{count}}); the applications they name are missing from the list.",
    pins_hidden: "Applications are pinned on the device and not listed ({{count}}). “winget pin list” shows them.",
    reinstall_needed: "Applications must be uninstalled before their newer version can be installed ({{count}}).",
    blocked: text(
      "A policy of the device or a security program does not let this",
      "application be installed. Allow it there, then try again.",
    ),
    failed: "The installer of the application reported an error. The output of the task says more.",
    in_use: text(
      "The application is open, so its installer could not replace it.",
      "Close it, or run the upgrade when nobody works there.",
    ),
    needs_person:
      "The installer of the application asks questions and cannot run unattended. Upgrade it at the device.",
    not_available:
      "The device has no package manager for applications (winget). Install the App Installer from Microsoft.",
    not_found: "The package manager does not know this application any more. Scan anew.",
    pinned: text(
      "Somebody pinned the version of this application on the device. Choose it",
      "by name to upgrade it all the same, or take the pin away.",
    ),
    restart_first: "An earlier installation waits for a restart. Restart the device, then try again.",
    source_broken: text(
      "The package manager could not read its sources. Check the device's",
      "connection; “winget source reset --force” renews them.",
    ),
    try_later: "Another installation is under way, or the source was busy. Try again in a few minutes.",
    unreadable: "The answer of the package manager could not be read. Update the agent and winget.",
    unresolved_id: text(
      "The package manager showed the application's id cut off, so it cannot",
      "be named. Upgrade it at the device, or all at once.",
    ),
    user_not_scanned:
      "The applications of one signed-in user could not be looked at. The rest of the list is complete.",
  },
  connection: {
    bad_authority: text(
      "The server showed a certificate of another authority than the one that was",
      "pinned. Check the address and the fingerprint in the install line.",
    ),
    name_unknown: "The server's name is not known to the device. Check the name and the device's DNS.",
    proxy_answer: "A proxy or firewall answered in the server's place. Let the server's address and port through.",
    refused: "The server refused the connection. Is it running, and is the port the right one?",
    timed_out: "The server did not answer in time. Check address, port and firewall.",
  },
  health: {
    disk_unreadable: "One disk did not let its health be read. Disks behind a RAID controller often do not.",
    no_sensors: "The device offers no sensors that can be read. Virtual machines have none.",
    no_smartctl: "The program smartctl is missing on the device. On Linux install the package smartmontools.",
    not_permitted: "The agent may not read the hardware. It has to run as root or as a Windows service.",
  },
  release: {
    bad_hash: text(
      "What the device received is not what was released: it was damaged",
      "on the way, or replaced. The agent stays as it is.",
    ),
    bad_signature: text(
      "The release is not signed by the key that this agent trusts. The",
      "agent stays as it is; check where the release comes from.",
    ),
    malformed: "The description of the release could not be read. Add the release to the server anew.",
    no_builder: "This server does not build installers by itself. Ask whoever runs it to add a release of the agent.",
    not_fetched: text(
      "The device could not download the release. It goes on where it stopped when",
      "you try again; check that it reaches the server's gateway.",
    ),
    not_newer: "The agent runs this version or a newer one already.",
    other_platform: "The release is for another system than this device has.",
    unknown: "There is no such release for this system. Add one with “bosman releases add”.",
  },
  script: {
    failed: "The script ended with an error. Its output says why.",
    no_interpreter: "The device does not have this shell. Choose another one, or install it there.",
    no_user: "Nobody is signed in at the device, so nothing can run as the signed-in user.",
    not_started: "The script could not be started. A policy or a security program of the device may forbid it.",
  },
  /** What the device says in its own words, behind the sentence. */
  raw: { sentence: "{{text}} ({{details}})", exitCode: "exit code {{code}}" },
  restart: { failed: "The restart could not be started." },
  output: { truncated: "The output was longer than allowed and was cut." },
  page: {
    bad_cursor: "This page of the list no longer exists. Go back to the first one.",
  },
  request: {
    bad_origin: "The request came from another address than expected.",
    invalid: "Something in the form is not valid.",
    too_large: "The request is too large.",
    queue_full: "Too many requests at once. Wait a moment and try again.",
    too_slow: "The request took too long to arrive.",
  },
  certificate: {
    expired: "The device's certificate has expired.",
    refused: "The device's certificate was refused.",
    superseded: text(
      "The certificate was replaced by a newer one and is no longer accepted. If this device has not got",
      "the newer one, somebody else renewed with a copy: revoke the device and install its agent anew.",
    ),
  },
  csr: {
    invalid: "The certificate request is not valid.",
    other_device: "The certificate request is for another device.",
  },
  envelope: {
    bad_signature: "The agent refused the task: its signature is not valid.",
    expired: "The agent refused the task: it had expired.",
    malformed: "The agent refused the task: it could not be read.",
    not_yet_valid: "The agent refused the task: it is not valid yet. Check the clock of the device.",
    replayed: "The agent refused the task: it had been delivered before.",
    unknown_key: "The agent refused the task: the signing key is not known to it.",
    wrong_device: "The agent refused the task: it is for another device.",
  },
  route: { not_found: "This address does not exist." },
  method: { not_allowed: "This is not possible here." },
  uplink: {
    invalid: "The agent sent something that could not be read.",
    too_many_parts: "The agent sent a report in more parts than a report may have. It was dropped.",
  },
  /** Refusals of single fields, by the validator's own names. */
  field: {
    rrule: { invalid: "A window cannot be repeated like this.", empty: "There is no such date within 30 years." },
    zone: { unknown: "There is no such time zone." },
    date: { invalid: "This is no date." },
    time: { invalid: "This is no time." },
    value: { range: "This value is out of range, or out of order." },
    field: { required: "Fill in this field.", unknown: "This does not belong here.", type: "This value is not valid." },
    blackout: { endless: "This would close everything for ever. Give it an end or a gap." },
    margin: { too_long: "Longer than the window itself: nothing would ever begin." },
    missing: "Fill in this field.",
    string_too_short: "This is too short.",
    string_too_long: "This is too long.",
    string_pattern_mismatch: "This does not have the expected form.",
    value_error: "This value is not valid.",
    greater_than_equal: "The number is too small.",
    less_than_equal: "The number is too large.",
    other: "This value is not valid.",
  },
  version: {
    required: "The request does not say which version it changes.",
    stale:
      "Somebody else has changed this meanwhile. Nothing was saved. Load what is there now: what you have typed stays.",
  },
  view: {
    limit_reached: "You have saved {{max}} views. Delete one that you no longer need.",
  },
  window: {
    name_taken: "Another maintenance window of this customer has this name.",
  },
  server: {
    error: "The server failed. The error has been recorded.",
    unavailable: "The server is not available at the moment.",
    too_slow: "The server took too long. Try again.",
  },
} as const;
