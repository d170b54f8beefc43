"""Texts for people at the command line, by key, in English and Polish."""

from bosman_agent.providers import system

EN: dict[str, str] = {
    "enroll.done": "Enrolled as device {device_id}.",
    "enroll.next_step": "Start the agent with: bosman-agent run",
    "enroll.service_started": "The service {unit} is installed and running.",
    "enroll.service_failed": "Enrolled, but the service could not be installed: {detail}",
    "enroll.no_systemd": "Enrolled, but systemd does not run here; start the agent with: bosman-agent run",
    "enroll.already": "This device is enrolled already. Use --reenroll to give it a new identity.",
    "enroll.running": "The agent is running. Stop it first, then enrol again.",
    "enroll.bad_url": "{url} is no server address. Give one that begins with https://.",
    "enroll.plain_http": "{url} is not encrypted. Give an address that begins with https://.",
    "enroll.bad_pin": "--ca-sha256 must be 64 hexadecimal digits. Copy the whole install line from the server.",
    "enroll.pin_mismatch": "The server's authority is not the one in the install line. Either the line is old, or "
    "somebody stands between this device and the server. Take a new install line; if this stays, tell the "
    "administrator.",
    "enroll.untrusted": "The server's certificate was not issued by its authority ({detail}). Check the address.",
    "enroll.unreachable": "{url} cannot be reached ({detail}). Check the address, the network and the firewall.",
    "enroll.bad_reply": "The server answered in an unexpected way ({detail}). Check that the address is Bosman's.",
    "token.unknown": "The server does not know this token. Take a new install line.",
    "token.expired": "The token has expired. Take a new install line.",
    "token.used_up": "The token has been used as often as it may. Take a new install line.",
    "token.revoked": "The token has been revoked. Take a new install line.",
    "session.rate_limited": "Too many attempts. Wait a few minutes and try again.",
    "server.refused": "The server refused: {reason} ({status}).",
    "folder.denied": "{path} cannot be used: {detail}. Run this as root or name another folder with --data-dir.",
    "folder.denied_setup": "{path} cannot be used: {detail}.",
    "setup.missing": "Token, server and CA pin are needed: /TOKEN=… /SERVER=https://… /CAPIN=…. "
    "Copy the whole line from the page Enrolment.",
    "setup.bad_pin": "/CAPIN must be 64 hexadecimal digits. Copy the whole line from the page Enrolment.",
    "service.name": "Bosman Agent",
    "service.description": "Looks after this computer for its administrators: updates, restarts, health. "
    "Without it the computer is no longer looked after.",
    "run.not_enrolled": "This device is not enrolled. Run bosman-agent enroll first.",
    "run.broken": "The configuration cannot be read: {detail}. Enrol again with --reenroll.",
    "run.busy": "Another agent already runs with {path}.",
    "run.journal": "The journal cannot be used: {detail}.",
    "run.unsupported": "This platform is not supported: {platform}.",
    "status.not_enrolled": "Not enrolled.",
    "status.device": "Device:       {device_id}",
    "status.server": "Server:       {server_url}",
    "status.certificate": "Certificate:  valid until {not_after}",
    "status.connected": "Connection:   connected to {url} since {since}",
    "status.disconnected": "Connection:   not connected since {since} ({error})",
    "status.stopped": "Connection:   the agent does not run",
    "status.frozen_fleet": "Frozen:       the whole fleet since {since} ({reason})",
    "status.frozen_tenant": "Frozen:       this organisation since {since} ({reason})",
    "run.not_installed": "This agent is not installed as a package: there is nothing to keep running. "
    "Use bosman-agent run.",
    "event.started": "Bosman agent {version} is kept running.",
    "event.stopped": "Bosman agent has stopped.",
    "event.died": "The agent {version} ended unexpectedly ({detail}) and is started again.",
    "event.hung": "The agent {version} gave no sign of life and is started again.",
    "event.not_started": "The agent {version} could not be started: {detail}",
    "event.updated": "The agent was updated from {previous} to {version}.",
    "event.rolled_back": "The update of the agent to {version} failed ({detail}); {previous} goes on.",
    "uninstall.confirm": "This removes the agent's service, identity and data from {path}. Type yes to go on: ",
    "uninstall.aborted": "Nothing was removed.",
    "uninstall.running": "The agent is running outside its service. Stop it first.",
    "uninstall.done": "The agent is removed. The server still lists the device: remove it there.",
}

PL: dict[str, str] = {
    "enroll.done": "Zarejestrowano jako urządzenie {device_id}.",
    "enroll.next_step": "Uruchom agenta poleceniem: bosman-agent run",
    "enroll.service_started": "Usługa {unit} jest zainstalowana i działa.",
    "enroll.service_failed": "Zarejestrowano, ale nie udało się zainstalować usługi: {detail}",
    "enroll.no_systemd": "Zarejestrowano, ale systemd tu nie działa; uruchom agenta poleceniem: bosman-agent run",
    "enroll.already": "To urządzenie jest już zarejestrowane. Aby nadać mu nową tożsamość, użyj --reenroll.",
    "enroll.running": "Agent działa. Najpierw go zatrzymaj, potem zarejestruj ponownie.",
    "enroll.bad_url": "{url} nie jest adresem serwera. Podaj adres zaczynający się od https://.",
    "enroll.plain_http": "{url} nie jest szyfrowany. Podaj adres zaczynający się od https://.",
    "enroll.bad_pin": "--ca-sha256 musi mieć 64 cyfry szesnastkowe. Skopiuj z serwera cały wiersz instalacji.",
    "enroll.pin_mismatch": "Urząd certyfikacji serwera nie jest tym z wiersza instalacji. Albo wiersz jest stary, "
    "albo ktoś stoi między tym urządzeniem a serwerem. Pobierz nowy wiersz instalacji; jeśli to nie pomoże, "
    "powiadom administratora.",
    "enroll.untrusted": "Certyfikatu serwera nie wystawił jego urząd certyfikacji ({detail}). Sprawdź adres.",
    "enroll.unreachable": "{url} jest nieosiągalny ({detail}). Sprawdź adres, sieć i zaporę.",
    "enroll.bad_reply": "Serwer odpowiedział nieoczekiwanie ({detail}). Sprawdź, czy to adres Bosmana.",
    "token.unknown": "Serwer nie zna tego tokenu. Pobierz nowy wiersz instalacji.",
    "token.expired": "Token wygasł. Pobierz nowy wiersz instalacji.",
    "token.used_up": "Token wykorzystano już tyle razy, ile można. Pobierz nowy wiersz instalacji.",
    "token.revoked": "Token unieważniono. Pobierz nowy wiersz instalacji.",
    "session.rate_limited": "Zbyt wiele prób. Odczekaj kilka minut i spróbuj ponownie.",
    "server.refused": "Serwer odmówił: {reason} ({status}).",
    "folder.denied": "Nie można użyć {path}: {detail}. Uruchom jako root albo podaj inny katalog w --data-dir.",
    "folder.denied_setup": "Nie można użyć {path}: {detail}.",
    "setup.missing": "Potrzebne są token, serwer i odcisk CA: /TOKEN=… /SERVER=https://… /CAPIN=…. "
    "Skopiuj cały wiersz ze strony Rejestracja.",
    "setup.bad_pin": "/CAPIN musi mieć 64 cyfry szesnastkowe. Skopiuj cały wiersz ze strony Rejestracja.",
    "service.name": "Bosman Agent",
    "service.description": "Opiekuje się tym komputerem w imieniu administratorów: aktualizacje, ponowne "
    "uruchomienia, stan sprzętu. Bez tej usługi komputer pozostaje bez opieki.",
    "run.not_enrolled": "To urządzenie nie jest zarejestrowane. Najpierw uruchom bosman-agent enroll.",
    "run.broken": "Nie można odczytać konfiguracji: {detail}. Zarejestruj ponownie z --reenroll.",
    "run.busy": "Inny agent działa już z katalogiem {path}.",
    "run.journal": "Nie można użyć dziennika: {detail}.",
    "run.unsupported": "Ta platforma nie jest obsługiwana: {platform}.",
    "status.not_enrolled": "Niezarejestrowany.",
    "status.device": "Urządzenie:   {device_id}",
    "status.server": "Serwer:       {server_url}",
    "status.certificate": "Certyfikat:   ważny do {not_after}",
    "status.connected": "Połączenie:   połączony z {url} od {since}",
    "status.disconnected": "Połączenie:   brak od {since} ({error})",
    "status.stopped": "Połączenie:   agent nie działa",
    "status.frozen_fleet": "Zamrożenie:   całej floty od {since} ({reason})",
    "status.frozen_tenant": "Zamrożenie:   tej organizacji od {since} ({reason})",
    "run.not_installed": "Ten agent nie jest zainstalowany jako pakiet: nie ma czego podtrzymywać. "
    "Użyj bosman-agent run.",
    "event.started": "Agent Bosman {version} jest podtrzymywany.",
    "event.stopped": "Agent Bosman został zatrzymany.",
    "event.died": "Agent {version} nieoczekiwanie zakończył działanie ({detail}) i zostaje uruchomiony ponownie.",
    "event.hung": "Agent {version} nie dawał znaku życia i zostaje uruchomiony ponownie.",
    "event.not_started": "Nie udało się uruchomić agenta {version}: {detail}",
    "event.updated": "Agenta zaktualizowano z {previous} do {version}.",
    "event.rolled_back": "Aktualizacja agenta do {version} nie powiodła się ({detail}); dalej działa {previous}.",
    "uninstall.confirm": "To usunie usługę agenta, jego tożsamość i dane z {path}. Wpisz tak, aby kontynuować: ",
    "uninstall.aborted": "Niczego nie usunięto.",
    "uninstall.running": "Agent działa poza swoją usługą. Najpierw go zatrzymaj.",
    "uninstall.done": "Agent usunięty. Serwer nadal pokazuje to urządzenie: usuń je także tam.",
}

YES = frozenset({"yes", "tak"})


def language() -> str:
    """`pl` or `en`, as the platform knows its reader."""
    return "pl" if (system.user_language() or "").lower().startswith("pl") else "en"


def text(key: str, **params: object) -> str:
    """The text of a key in the reader's language."""
    catalogue = PL if language() == "pl" else EN
    return catalogue[key].format(**params)


def known(key: str) -> bool:
    """Whether there is a text for a code that came from the server."""
    return key in EN
