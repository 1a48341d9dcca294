"""How Slack lets us in, and how it reaches us."""

from dataclasses import dataclass, field

API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Access:
    """With `app_token` we open a socket to Slack; without it Slack calls us, and signs with `signing_secret`."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = API_URL
