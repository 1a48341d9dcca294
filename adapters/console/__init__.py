"""The terminal as a chat surface; every other surface is a copy of this folder."""

from adapters.console.adapter import ConsoleAdapter

__all__ = ["ConsoleAdapter"]
