import { text } from "../../text.ts";
import { apt } from "./aptErrors.ts";

export default {
  unknown: "Coś poszło nie tak ({{code}}).",
  network: { unreachable: "Nie można połączyć się z serwerem. Sprawdź połączenie." },
  session: {
    required: "Sesja wygasła. Zaloguj się ponownie.",
    totp_required: "Brakuje drugiego kroku logowania.",
    totp_enrollment_required: "Najpierw skonfiguruj aplikację uwierzytelniającą.",
    bad_credentials: "Nieprawidłowy adres e-mail lub hasło.",
    bad_code: "Kod jest nieprawidłowy lub został już użyty.",
    account_limited: text(
      "Zbyt wiele prób logowania na to konto z nieznanych mu przeglądarek. Użyj przeglądarki, w której konto było",
      "już używane, ustaw nowe hasło przez e-mail albo spróbuj ponownie za {{retry_after_seconds}} s.",
    ),
    rate_limited: "Zbyt wiele prób. Spróbuj ponownie za {{retry_after_seconds}} s.",
    step_up_required: "Ta operacja wymaga nowego kodu z aplikacji uwierzytelniającej.",
  },
  mail: {
    not_configured: "Nie ustawiono serwera poczty. Zwróć się do osoby prowadzącej ten serwer.",
    refused: "Serwer poczty odrzucił wiadomość.",
    server_unreachable: "Serwer poczty jest nieosiągalny.",
    sign_in_refused: "Serwer poczty odrzucił nazwę lub hasło Bosmana.",
    unreadable: "Nie udało się napisać wiadomości.",
  },
  setup: {
    bad_code: "Kod pierwszej konfiguracji jest nieprawidłowy lub wygasł.",
    closed: "Pierwszą konfigurację już przeprowadzono.",
  },
  password: {
    too_short: "Hasło musi mieć co najmniej {{min}} znaków.",
    too_common: "To hasło jest zbyt popularne.",
    wrong: "Obecne hasło jest nieprawidłowe.",
    bad_link: "Ten link jest już nieważny: został wykorzystany albo wygasł. Poproś o nowy.",
  },
  permission: { denied: "Brak uprawnienia „{{permission}}”. Zapytaj administratora tego klienta." },
  client: { error: "Nie udało się wczytać strony. Odśwież kartę." },
  object: { not_found: "Obiekt nie istnieje albo nie masz do niego dostępu." },
  tenant: { name_taken: "Masz już klienta o tej nazwie.", not_empty: "Klient ma jeszcze lokalizacje lub urządzenia." },
  site: {
    other_tenant: "Lokalizacja należy do innego klienta.",
    name_taken: "Lokalizacja o tej nazwie już istnieje.",
    not_empty: "W lokalizacji są jeszcze urządzenia.",
    bad_time_zone: "Nieznana strefa czasowa.",
  },
  stream: {
    limit_reached: "Otwarto zbyt wiele podglądów na żywo lub pobierań. Zamknij kilka kart i spróbuj ponownie.",
  },
  device: {
    unknown: "Nieznane urządzenie.",
    cloned: text(
      "Tożsamości tego urządzenia używają dwa komputery, na przykład po",
      "skopiowaniu dysku. Zainstaluj agenta ponownie na jednym z nich.",
    ),
    not_revoked: "Usunąć można tylko odłączone urządzenie.",
    quota: "Urządzenie wysyła lub pyta częściej, niż wolno. Nadmiar policzono i pominięto.",
    revoked: "Urządzenie zostało odłączone.",
  },
  token: {
    expired: "Token wygasł.",
    unknown: "Nieznany token.",
    used_up: "Token został wykorzystany.",
    revoked: "Token został unieważniony.",
  },
  job: {
    too_large: "Operacja obejmuje zbyt wiele urządzeń. Zawęź wybór.",
    empty_target: "Żadne urządzenie nie pasuje, więc nie ma nic do zrobienia.",
    confirm_required: text(
      "Razem z operacjami z ostatnich pięciu minut dotyczy to urządzeń",
      "w liczbie {{count}}. Wpisz tę liczbę, aby potwierdzić.",
    ),
    count_changed: text(
      "Liczba pasujących urządzeń się zmieniła: oczekiwano {{expected}},",
      "teraz jest {{actual}}. Sprawdź i spróbuj ponownie.",
    ),
    unknown_kind: "Nieznany rodzaj zadania.",
    bad_params: "Ustawienia zadania są nieprawidłowe.",
    idempotency_mismatch: "Pod tym kluczem (Idempotency-Key) zlecono już co innego. Użyj nowego klucza.",
    nothing_to_retry: "Żadne zadanie tej operacji nie zakończyło się błędem.",
  },
  task: {
    not_yours: "Zadanie należy do innego urządzenia.",
    already_finished: "Zadanie już się zakończyło.",
    timed_out: "Zadanie trwało dłużej, niż było wolno, i zostało przerwane.",
    expired: "Urządzenie nie wróciło na czas; zadania nie wykonano.",
    cancelled: "Zadanie anulowano.",
    rejected: "Operacji nie zaakceptowano.",
  },
  agent: {
    clock_wrong: text(
      "Zegar urządzenia jest zły, a według niego agent ocenia certyfikaty",
      "i terminy zadań. Ustaw datę, czas i strefę czasową.",
    ),
    runtime_died: text(
      "Proces roboczy agenta nieoczekiwanie się zakończył i został uruchomiony",
      "ponownie. Jeśli to się powtarza, zajrzyj do dziennika agenta.",
    ),
    runtime_hung: text(
      "Proces roboczy agenta przestał odpowiadać i został uruchomiony",
      "ponownie. Jeśli to się powtarza, zajrzyj do dziennika agenta.",
    ),
    update_dirty: text(
      "Wcześniejsza aktualizacja agenta nie została na tym urządzeniu dokończona.",
      "Uruchom agenta ponownie, a jeśli to nie pomoże, zainstaluj go na nowo.",
    ),
    update_not_installed:
      "Tego agenta nie wgrał instalator, więc nie może się sam zaktualizować. Zainstaluj go instalatorem.",
    update_rolled_back: "Nowa wersja agenta nie działała na tym urządzeniu; agent wrócił do poprzedniej.",
    disk_full: "Na urządzeniu brakuje miejsca na dysku.",
    lost_task: "Agent nie zna już tego zadania; jego dane zapewne przywrócono lub usunięto.",
    internal: "Nieoczekiwany błąd agenta.",
    interrupted: "Agent został przerwany w trakcie zadania. Nie ma pewności, czy przyniosło skutek.",
    unsupported: "Agent na tym urządzeniu nie potrafi tego wykonać.",
    failed: "Agent nie zdołał wykonać zadania.",
  },
  api_key: {
    budget_spent: text(
      "Ten klucz może w ciągu godziny skierować instalacje, restarty i skrypty",
      "na tyle urządzeń: {{per_hour}}. Wykorzystano: {{used}}.",
    ),
    other_device: "Ten klucz utworzono tylko dla niektórych urządzeń, a to do nich nie należy.",
    not_allowed: "Klucz API nie może tego zrobić: potrzebna jest osoba z drugim składnikiem.",
    scope_too_wide: text(
      "Klucz może mieć tylko te uprawnienia, które masz Ty i które w ogóle",
      "wolno nadać kluczom; to jest za szerokie: {{permission}}.",
    ),
    unknown: "Ten klucz API nie istnieje, wygasł albo został unieważniony.",
  },
  invitation: {
    unknown: "To zaproszenie jest już nieważne: zostało wykorzystane, wycofane albo wygasło. Poproś o nowe.",
    not_yours: text(
      "Serwer pocztowy nie jest skonfigurowany, a link może zobaczyć tylko osoba,",
      "która utworzyła to zaproszenie. Zaproś tę osobę jeszcze raz.",
    ),
    other_person: "To zaproszenie jest dla {{email}}. Zaloguj się na tamto konto.",
    sign_in_first: "Konto z tym adresem już istnieje: zaloguj się i otwórz link ponownie.",
  },
  member: {
    above_you: "Nie możesz nadać, zmienić ani odebrać roli {{role}}: pozwala ona na więcej, niż wolno Tobie.",
    exists: "Ta osoba już należy do tego klienta.",
    last_owner: "To ostatni właściciel. Najpierw nadaj tę rolę komuś innemu.",
    owner_everywhere: "Właściciel odpowiada za całego klienta, więc nie można ograniczyć go do lokalizacji.",
  },
  approval: {
    closed: "O tej prośbie już zdecydowano albo wygasła.",
    own_request: "Nie możesz decydować o własnej prośbie. Musi to zrobić ktoś inny.",
  },
  freeze: {
    outdated: "Agent odrzucił polecenie wstrzymania pracy: zna nowsze.",
    other_tenant: "Agent odrzucił polecenie wstrzymania pracy: jest dla innej organizacji.",
  },
  trust: {
    other_installation: "Agent odrzucił deklarację zaufania: pochodzi z innej instalacji.",
    outdated: "Agent odrzucił deklarację zaufania: ma już nowszą. Być może ktoś próbuje przywrócić wycofany klucz.",
    root_known: "Agent nie przyjął innego klucza głównego: jeden już zna.",
  },
  apt,
  updates: {
    bad_config: text(
      "Windows Update jest na tym urządzeniu źle skonfigurowane albo zabraniają go",
      "zasady. Sprawdź zasady Windows Update i jego serwer.",
    ),
    bad_update: text(
      "Aktualizacja lub jej opis są wadliwe albo podpis jest nieważny.",
      "Przeskanuj ponownie; jeśli to nie minie, zatwierdź inną.",
    ),
    cancelled: "Aktualizację anulowano na urządzeniu. Spróbuj ponownie.",
    client_broken: text(
      "Windows Update na tym urządzeniu nie działa prawidłowo. Uruchom ponownie",
      "jego usługę; jeśli to nie pomoże, zresetuj Windows Update.",
    ),
    held: text(
      "Aktualizacja jest na urządzeniu wstrzymana, więc jej nie",
      "zainstalowano. Najpierw usuń wstrzymanie lub przypięcie.",
    ),
    prerequisite:
      "Najpierw trzeba zainstalować inną aktualizację, zwykle stos obsługi. Zainstaluj pozostałe i spróbuj ponownie.",
    try_later: text(
      "Urządzenie nie jest teraz gotowe na aktualizacje: ma słabą baterię, połączenie",
      "taryfowe albo trwa instalacja systemu. Spróbuj później.",
    ),
    not_offered: "Ta aktualizacja nie jest już dostępna dla tego urządzenia.",
    none_selected: "Nie wybrano żadnej aktualizacji albo żadna z wybranych już nie oczekuje.",
    access_denied:
      "Windows Update odmówił agentowi dostępu. Sprawdź zasady Windows Update oraz to, czy agent działa jako usługa.",
    alone: "Tę aktualizację trzeba zainstalować osobno. Zainstaluj tylko ją.",
    clock_or_tls: text(
      "Połączenie z serwerem aktualizacji nie przeszło kontroli zabezpieczeń. Sprawdź zegar",
      "urządzenia, ustawienia TLS i to, czy serwer proxy nie otwiera szyfrowanych połączeń.",
    ),
    damaged_store: text(
      "Magazyn składników systemu Windows jest uszkodzony. Uruchom „DISM /Online",
      "/Cleanup-Image /RestoreHealth” oraz „sfc /scannow” i spróbuj ponownie.",
    ),
    disabled: "Windows Update jest na tym urządzeniu wyłączony, przez zasady lub przez wyłączoną usługę. Włącz go.",
    download_failed: text(
      "Nie udało się pobrać aktualizacji. Sprawdź połączenie urządzenia i",
      "to, czy serwer aktualizacji sięga firmy Microsoft.",
    ),
    eula: "Nie udało się zaakceptować warunków aktualizacji. Zaakceptuj je na miejscu.",
    failed: "Usługa aktualizacji zgłosiła błąd.",
    in_progress: "Na urządzeniu trwa inna instalacja aktualizacji. Poczekaj, aż się skończy, i spróbuj ponownie.",
    installer_failed: "Instalator tej aktualizacji zawiódł. Sprawdź błąd u firmy Microsoft; często pomaga restart.",
    needs_input:
      "Instalator tej aktualizacji może zadawać pytania, więc nie instaluje się bez nadzoru. Zainstaluj ją na miejscu.",
    no_space: "Na dysku jest za mało miejsca na aktualizację. Zwolnij miejsce i spróbuj ponownie.",
    not_applicable: "Aktualizacja nie pasuje do tego urządzenia albo jest już zainstalowana. Przeskanuj ponownie.",
    not_available: "Usługi aktualizacji systemu nie ma albo agent nie może jej użyć.",
    not_confirmed: text(
      "Instalator zgłosił powodzenie, ale urządzenie nadal proponuje tę",
      "aktualizację. Może brakować restartu; potem przeskanuj ponownie.",
    ),
    not_removable: "Tej aktualizacji nie da się usunąć: Windows zachowuje ją na stałe albo jest częścią późniejszej.",
    partly:
      "Usługa aktualizacji wykonała część zadań, po czym zgłosiła błąd. Przeskanuj ponownie, aby zobaczyć, co zostało.",
    restart_first: "Urządzenie musi się zrestartować, zanim zainstaluje więcej. Zrestartuj je i spróbuj ponownie.",
    rolled_back: text(
      "Windows zainstalował aktualizację i wycofał ją przy restarcie. Sprawdź historię",
      "aktualizacji oraz sterowniki i programy, które przeszkadzają.",
    ),
    scan_hung: text(
      "Windows Update nie odpowiedział na czas. Zrestartuj urządzenie; serwer",
      "z bardzo wieloma aktualizacjami może wymagać porządków.",
    ),
    server_refused:
      "Serwer aktualizacji odmówił urządzeniu. Sprawdź jego reguły i to, czy urządzenie jest tam we właściwej grupie.",
    service_stopped:
      "Usługa Windows Update nie działa i nie dała się uruchomić. Uruchom „wuauserv” albo sprawdź, co ją zatrzymuje.",
    superseded: "Tę aktualizację zastąpiła nowsza. Przeskanuj ponownie i zainstaluj tamtą.",
    unreachable: "Urządzenie nie sięga serwerów aktualizacji firmy Microsoft. Sprawdź DNS, serwer proxy i zaporę.",
    wsus_unreachable:
      "Urządzenie nie sięga swojego serwera WSUS. Sprawdź jego adres w zasadach, DNS, port i to, czy serwer działa.",
  },
  apps: {
    lines_unread:
      "Niektórych wierszy winget nie udało się zrozumieć ({{count}}); aplikacji, które wymieniają, brakuje na liście.",
    pins_hidden:
      "Aplikacje są na urządzeniu przypięte i nie ma ich na liście ({{count}}). Pokazuje je „winget pin list”.",
    reinstall_needed: "Aplikacje trzeba odinstalować, zanim da się zainstalować ich nowszą wersję ({{count}}).",
    blocked: text(
      "Zasady urządzenia lub program zabezpieczający nie pozwalają",
      "zainstalować tej aplikacji. Zezwól na nią tam i spróbuj ponownie.",
    ),
    failed: "Instalator aplikacji zgłosił błąd. Więcej mówią dane wyjściowe zadania.",
    in_use: text(
      "Aplikacja jest otwarta, więc instalator nie mógł jej zastąpić.",
      "Zamknij ją albo zaktualizuj, gdy nikt nie pracuje.",
    ),
    needs_person: "Instalator aplikacji zadaje pytania i nie może działać bez nadzoru. Zaktualizuj ją na miejscu.",
    not_available:
      "Na urządzeniu nie ma menedżera aplikacji (winget). Zainstaluj Instalator aplikacji firmy Microsoft.",
    not_found: "Menedżer pakietów nie zna już tej aplikacji. Przeskanuj ponownie.",
    pinned: text(
      "Ktoś przypiął wersję tej aplikacji na urządzeniu. Wybierz ją z nazwy,",
      "aby mimo to zaktualizować, albo zdejmij przypięcie.",
    ),
    restart_first: "Wcześniejsza instalacja czeka na restart. Zrestartuj urządzenie i spróbuj ponownie.",
    source_broken: text(
      "Menedżer pakietów nie mógł odczytać źródeł. Sprawdź połączenie",
      "urządzenia; „winget source reset --force” je odnawia.",
    ),
    try_later: "Trwa inna instalacja albo źródło było zajęte. Spróbuj ponownie za kilka minut.",
    unreadable: "Nie udało się odczytać odpowiedzi menedżera pakietów. Zaktualizuj agenta i winget.",
    unresolved_id: text(
      "Menedżer pakietów pokazał ucięty identyfikator aplikacji, więc nie da się",
      "jej wskazać. Zaktualizuj ją na miejscu albo wszystkie naraz.",
    ),
    user_not_scanned: "Nie udało się obejrzeć aplikacji jednego z zalogowanych użytkowników. Reszta listy jest pełna.",
  },
  connection: {
    bad_authority:
      "Serwer pokazał certyfikat innego urzędu niż przypięty. Sprawdź adres i odcisk w poleceniu instalacji.",
    name_unknown: "Urządzenie nie zna nazwy serwera. Sprawdź nazwę i DNS urządzenia.",
    proxy_answer: "W imieniu serwera odpowiedziała zapora lub serwer proxy. Przepuść adres i port serwera.",
    refused: "Serwer odmówił połączenia. Czy działa i czy port jest właściwy?",
    timed_out: "Serwer nie odpowiedział na czas. Sprawdź adres, port i zaporę.",
  },
  health: {
    disk_unreadable:
      "Nie udało się odczytać stanu jednego z dysków. Dyski za kontrolerem RAID często na to nie pozwalają.",
    no_sensors: "Urządzenie nie ma czujników, które da się odczytać. Maszyny wirtualne ich nie mają.",
    no_smartctl: "Na urządzeniu brakuje programu smartctl. W Linuksie zainstaluj pakiet smartmontools.",
    not_permitted: "Agent nie ma prawa odczytać sprzętu. Musi działać jako root albo jako usługa systemu Windows.",
  },
  release: {
    bad_hash: text(
      "Urządzenie otrzymało co innego, niż wydano: plik uszkodził się w",
      "drodze albo został podmieniony. Agent pozostaje bez zmian.",
    ),
    bad_signature: text(
      "Wydania nie podpisano kluczem, któremu ten agent ufa. Agent",
      "pozostaje bez zmian; sprawdź, skąd pochodzi wydanie.",
    ),
    malformed: "Nie udało się odczytać opisu wydania. Dodaj wydanie do serwera na nowo.",
    no_builder: "Ten serwer sam nie buduje instalatorów. Poproś osobę, która go prowadzi, o dodanie wydania agenta.",
    not_fetched: text(
      "Urządzenie nie zdołało pobrać wydania. Ponowna próba podejmie",
      "pobieranie; sprawdź, czy urządzenie sięga bramy serwera.",
    ),
    not_newer: "Agent ma już tę wersję albo nowszą.",
    other_platform: "Wydanie jest dla innego systemu, niż ma to urządzenie.",
    unknown: "Nie ma takiego wydania dla tego systemu. Dodaj je poleceniem „bosman releases add”.",
  },
  script: {
    failed: "Skrypt zakończył się błędem. Powód widać w danych wyjściowych.",
    no_interpreter: "Na urządzeniu nie ma tej powłoki. Wybierz inną albo ją tam zainstaluj.",
    no_user: "Nikt nie jest zalogowany na urządzeniu, więc nic nie może działać jako zalogowany użytkownik.",
    not_started: "Nie udało się uruchomić skryptu. Mogą tego zabraniać zasady lub program zabezpieczający urządzenia.",
  },
  raw: { sentence: "{{text}} ({{details}})", exitCode: "kod wyjścia {{code}}" },
  restart: { failed: "Nie udało się rozpocząć restartu." },
  output: { truncated: "Dane wyjściowe przekroczyły limit i zostały ucięte." },
  page: {
    bad_cursor: "Ta strona listy już nie istnieje. Wróć do pierwszej.",
  },
  request: {
    bad_origin: "Żądanie przyszło z nieoczekiwanego adresu.",
    invalid: "Coś w formularzu jest nieprawidłowe.",
    too_large: "Żądanie jest zbyt duże.",
    queue_full: "Zbyt wiele żądań naraz. Odczekaj chwilę i spróbuj ponownie.",
    too_slow: "Żądanie nadchodziło zbyt długo.",
  },
  certificate: {
    expired: "Certyfikat urządzenia wygasł.",
    refused: "Certyfikat urządzenia został odrzucony.",
    superseded: text(
      "Certyfikat zastąpiono nowszym i nie jest już przyjmowany. Jeśli to urządzenie nowszego nie dostało,",
      "ktoś odnowił certyfikat z kopii: odłącz urządzenie i zainstaluj na nim agenta ponownie.",
    ),
  },
  csr: {
    invalid: "Żądanie certyfikatu jest nieprawidłowe.",
    other_device: "Żądanie certyfikatu dotyczy innego urządzenia.",
  },
  envelope: {
    bad_signature: "Agent odrzucił zadanie: nieprawidłowy podpis.",
    expired: "Agent odrzucił zadanie: jego ważność minęła.",
    malformed: "Agent odrzucił zadanie: nie dało się go odczytać.",
    not_yet_valid: "Agent odrzucił zadanie: nie jest jeszcze ważne. Sprawdź zegar urządzenia.",
    replayed: "Agent odrzucił zadanie: dostarczono je już wcześniej.",
    unknown_key: "Agent odrzucił zadanie: nie zna klucza, którym je podpisano.",
    wrong_device: "Agent odrzucił zadanie: jest przeznaczone dla innego urządzenia.",
  },
  route: { not_found: "Taki adres nie istnieje." },
  method: { not_allowed: "Tu nie można tego zrobić." },
  uplink: {
    invalid: "Agent przesłał coś, czego nie dało się odczytać.",
    too_many_parts: "Agent przesłał raport w większej liczbie części, niż jest dozwolone. Raport odrzucono.",
  },
  field: {
    rrule: { invalid: "Okna nie da się tak powtarzać.", empty: "W ciągu 30 lat nie ma takiej daty." },
    zone: { unknown: "Nie ma takiej strefy czasowej." },
    date: { invalid: "To nie jest data." },
    time: { invalid: "To nie jest godzina." },
    value: { range: "Wartość poza zakresem lub w złej kolejności." },
    field: { required: "Wypełnij to pole.", unknown: "To pole tu nie pasuje.", type: "Ta wartość jest nieprawidłowa." },
    blackout: { endless: "To zamknęłoby wszystko na zawsze. Podaj koniec albo przerwę." },
    margin: { too_long: "Dłużej niż trwa samo okno: nic by się nie rozpoczęło." },
    missing: "Wypełnij to pole.",
    string_too_short: "Za krótkie.",
    string_too_long: "Za długie.",
    string_pattern_mismatch: "Nieoczekiwany format.",
    value_error: "Nieprawidłowa wartość.",
    greater_than_equal: "Zbyt mała liczba.",
    less_than_equal: "Zbyt duża liczba.",
    other: "Nieprawidłowa wartość.",
  },
  version: {
    required: "W żądaniu brakuje wersji, którą ma ono zmienić.",
    stale: "Ktoś inny zmienił to w międzyczasie. Nic nie zapisano. Wczytaj obecny stan: to, co wpisano, nie zginie.",
  },
  view: {
    limit_reached: "Liczba zapisanych widoków wynosi już {{max}}. Usuń ten, który nie jest już potrzebny.",
  },
  window: {
    name_taken: "Ten klient ma już okno serwisowe o tej nazwie.",
  },
  server: {
    error: "Błąd serwera. Został zapisany w dzienniku.",
    unavailable: "Serwer jest chwilowo niedostępny.",
    too_slow: "Serwer nie zdążył odpowiedzieć. Spróbuj ponownie.",
  },
};
