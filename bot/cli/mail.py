"""What an operator's mail server calls."""

import sys

import typer

from bot.bootstrap import open_context
from bot.cli.running import run
from bot.settings import Settings
from bot.usecases.record_bounce import record_bounce

MAX_BYTES = 20 * 1024 * 1024

mail = typer.Typer(help="What belongs to the mails that Paperboy sends.", no_args_is_help=True)

WORDS = {
    "unknown": "no mail of ours: nothing is changed",
    "counted": "counted",
    "stopped": "counted; no more mails go to that address",
}


@mail.callback()
def group() -> None:
    """What belongs to the mails that Paperboy sends."""


@mail.command()
def bounce() -> None:
    """Read a delivery status notification (RFC 3464) from standard input. Addresses whose mails come back again and
    again get no more. The exit code is 0 for any mail, so that a mail server does not answer it with another one."""
    from adapters.mail.bounces import read_bounces

    content = sys.stdin.buffer.read(MAX_BYTES)

    async def work(settings: Settings) -> int:
        bounces = read_bounces(content)
        if not bounces:
            print("no notification that a mail failed for good: nothing is changed")
            return 0
        async with open_context(settings, searched=False) as context:
            for each in bounces:
                print(WORDS[await record_bounce(context, each.address, each.token, each.status)])
        return 0

    run(work)
