"""A folder instead of a mail server: each mail is a file that any mail program opens."""

import asyncio
import re
import secrets
from pathlib import Path

from adapters.mail.posting import Letter
from bot.ports import DeliveryError

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,80}")


class MailFolder:
    """Implements adapters.mail.posting.Postbox."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def post(self, letter: Letter) -> None:
        await asyncio.to_thread(self._write, letter)

    async def find(self, token: str) -> bool | None:
        return await asyncio.to_thread(self._path(token).is_file)

    async def close(self) -> None:
        """Nothing is open."""

    def _write(self, letter: Letter) -> None:
        """Under another name first: whoever looks into the folder finds whole mails."""
        path = self._path(letter.token)
        partial = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial.write_bytes(letter.content)
            partial.replace(path)
        except OSError as error:
            raise DeliveryError(f"the folder for mails cannot be written ({error.strerror})") from error

    def _path(self, token: str) -> Path:
        name = token if _TOKEN.fullmatch(token) else secrets.token_hex(12)
        return self._folder / f"{name}.eml"
