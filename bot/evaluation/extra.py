"""Libraries that only measuring needs: imported where they are used."""

import importlib
from typing import Any


class MissingExtraError(Exception):
    """A library of the extra `evaluation` is not installed; the message says how to install it."""


def extra(module: str) -> Any:
    """The module; MissingExtraError where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        library = module.partition(".")[0]
        raise MissingExtraError(
            f"this measurement needs {library}, which is not installed: pip install 'paperboy-bot[evaluation]'"
        ) from None
