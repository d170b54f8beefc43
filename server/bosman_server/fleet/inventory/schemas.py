"""What the API says of installed software."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel


class SoftwareOut(BaseModel):
    """One installed package or product."""

    id: UUID
    name: str
    version: str
    publisher: str | None
    architecture: str | None
    source: str
    installed_at: datetime | None
    scope: Literal["machine", "user"] | None
    user_name: str | None
    product_code: str | None
