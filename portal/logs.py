"""How processes log: one JSON object a line on standard error, never an identity number."""

from __future__ import annotations

import re
from typing import Any

import structlog

_NUMBER = re.compile(r"(?<![0-9A-Fa-f-])(\d{9}|\d{12})(?![0-9A-Fa-f-])")
"""Nine or twelve digits that stand alone: an identity card or a citizen ID."""

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def hide_numbers(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """The last line of defence: whatever looks like an identity number becomes a mark."""
    return {
        key: _NUMBER.sub("[số định danh]", value) if isinstance(value, str) else value for key, value in event.items()
    }


def config() -> dict[str, Any]:
    """What Django gives to `logging.config.dictConfig`; also sets structlog up to go the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_SHARED, structlog.stdlib.ExtraAdder()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    hide_numbers,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "kombu.connection": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "pyhanko": {"level": "WARNING"},
            "pyhanko_certvalidator": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
        },
    }
