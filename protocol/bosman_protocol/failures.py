"""How a failure travels: a code of the catalogue, values for its translation, raw detail for experts."""

import msgspec

from bosman_protocol.limits import LongText, ShortText, Slug

ParamValue = str | int | float | bool | None


class ErrorDetail(msgspec.Struct, frozen=True):
    """Why something failed: a code of the catalogue, values for its translation, and raw detail for experts."""

    code: Slug
    params: dict[ShortText, ParamValue] = {}
    detail: LongText | None = None
