"""Customers with their places: two Polish companies and an English one."""

import msgspec


class Place(msgspec.Struct, frozen=True):
    """A site. `share` is its part of the customer's devices."""

    name: str
    code: str
    time_zone: str
    network: str
    share: float


class Customer(msgspec.Struct, frozen=True):
    """A tenant. `code` begins the names of its devices, `share` is its part of the fleet."""

    name: str
    code: str
    language: str
    share: float
    server_share: float
    departments: tuple[str, ...]
    places: tuple[Place, ...]


CUSTOMERS: tuple[Customer, ...] = (
    Customer(
        name="Fabryka Żółw sp. z o.o.",
        code="FZ",
        language="pl",
        share=0.45,
        server_share=0.22,
        departments=("PROD", "MAG", "KADR", "KSIE", "BHP", "ZAOP", "TECH", "BIUR", "DYR", "KJ"),
        places=(
            Place("Łódź – zakład produkcyjny", "LDZ", "Europe/Warsaw", "10.14", 0.7),
            Place("Gdynia – biuro handlowe", "GDY", "Europe/Warsaw", "10.18", 0.3),
        ),
    ),
    Customer(
        name="Kancelaria Śliwa, Gżegżółka i Wspólnicy",
        code="KSG",
        language="pl",
        share=0.2,
        server_share=0.12,
        departments=("ADW", "SEKR", "KSI", "REC", "ARCH", "IT"),
        places=(
            Place("Warszawa, ul. Krucza", "WAW", "Europe/Warsaw", "192.168.20", 0.6),
            Place("Kraków, Rynek Główny", "KRK", "Europe/Warsaw", "192.168.30", 0.4),
        ),
    ),
    Customer(
        name="Harbour & Finch Logistics Ltd",
        code="HFL",
        language="en",
        share=0.35,
        server_share=0.3,
        departments=("OPS", "FIN", "HR", "SALE", "WHS", "DISP", "EXEC", "IT"),
        places=(
            Place("London Docklands", "LON", "Europe/London", "10.40", 0.6),
            Place("Leeds depot", "LDS", "Europe/London", "10.44", 0.4),
        ),
    ),
)
