"""Structured logs with the ids of the request or task at hand.

No code of ours logs a secret; what still slips in under a telling name or in a telling shape is masked here.
"""

import logging
import re
import sys
from typing import Literal

import structlog

MASK = "***"
_NAMES = re.compile(
    r"(password|passwd|secret|token|authorization|cookie|recovery_?code|totp|seed|private_?key|master_?key|dsn|link)"
    r"(?!.*_id$)",
    re.IGNORECASE,
)
_SHAPES = (
    (re.compile(r"\bbsk_[\w.-]+"), MASK),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {MASK}"),
    # A password within an address; the name before it stays.
    (re.compile(r"(\w+://[^\s:/@]+):[^\s@/]+@"), rf"\1:{MASK}@"),
    (re.compile(r"(bosman_session|bosman_browser)=[^\s;,]+"), rf"\1={MASK}"),
    (re.compile(r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)"), MASK),
    (re.compile(r"/(setup|invitation|reset-password)#\S+"), rf"/\1#{MASK}"),
)
_DEPTH = 4


def _masked(value: object, depth: int = 0) -> object:
    if isinstance(value, str):
        for shape, instead in _SHAPES:
            value = shape.sub(instead, value)
        return value
    if isinstance(value, dict) and depth < _DEPTH:
        return {key: MASK if _NAMES.search(str(key)) else _masked(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and depth < _DEPTH:
        return [_masked(item, depth + 1) for item in value]
    return value


def mask_secrets(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """A structlog processor: the second line of defence, for mistakes of ours and habits of libraries."""
    for name, value in event.items():
        if not name.startswith("_"):
            event[name] = MASK if _NAMES.search(name) else _masked(value)
    return event


def configure_logging(level: str, form: Literal["console", "json"], process: str) -> None:
    """Send every log line, also those of libraries, through one renderer to stderr."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        # Plain: the rich formatter prints local variables, and with them secrets.
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    final: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        # Written out before the masking, for a traceback may quote what it failed on.
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*final, renderer]))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "asyncio"):
        logging.getLogger(noisy).setLevel("WARNING")
    structlog.contextvars.bind_contextvars(process=process)
