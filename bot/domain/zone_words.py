"""Time zones as people write them: IANA names, cities, abbreviations, offsets from UTC."""

import difflib
import re
from functools import lru_cache
from zoneinfo import available_timezones

from bot.domain.schedule import find_zone

MAX_SUGGESTIONS = 3

_ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "z": ("UTC",),
    "gmt": ("UTC",),
    "utc": ("UTC",),
    "wet": ("Europe/Lisbon",),
    "west": ("Europe/Lisbon",),
    "bst": ("Europe/London",),
    "cet": ("Europe/Brussels",),
    "cest": ("Europe/Brussels",),
    "mez": ("Europe/Berlin",),
    "mesz": ("Europe/Berlin",),
    "eet": ("Europe/Athens",),
    "eest": ("Europe/Athens",),
    "msk": ("Europe/Moscow",),
    "est": ("America/New_York",),
    "edt": ("America/New_York",),
    "et": ("America/New_York",),
    "eastern": ("America/New_York",),
    "ct": ("America/Chicago",),
    "cdt": ("America/Chicago",),
    "central": ("America/Chicago",),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "mst": ("America/Denver",),
    "mdt": ("America/Denver",),
    "mountain": ("America/Denver",),
    "pt": ("America/Los_Angeles",),
    "pst": ("America/Los_Angeles",),
    "pdt": ("America/Los_Angeles",),
    "pacific": ("America/Los_Angeles",),
    "hst": ("Pacific/Honolulu",),
    "brt": ("America/Sao_Paulo",),
    "sast": ("Africa/Johannesburg",),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "sgt": ("Asia/Singapore",),
    "hkt": ("Asia/Hong_Kong",),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "aest": ("Australia/Sydney",),
    "aedt": ("Australia/Sydney",),
    "acst": ("Australia/Darwin", "Australia/Adelaide"),
    "awst": ("Australia/Perth",),
    "nzst": ("Pacific/Auckland",),
    "nzdt": ("Pacific/Auckland",),
}
"""What the abbreviations of a zone stand for; those that mean several places are asked back."""

_PLACES = {
    "Europe/Berlin": "germany munich hamburg cologne frankfurt heidelberg stuttgart",
    "Europe/London": "uk england britain cambridge oxford edinburgh manchester",
    "Europe/Paris": "france lyon grenoble toulouse",
    "Europe/Zurich": "switzerland geneva lausanne basel bern",
    "Europe/Rome": "italy milan turin bologna",
    "Europe/Madrid": "spain barcelona valencia",
    "Europe/Amsterdam": "netherlands holland utrecht delft eindhoven",
    "Europe/Vienna": "austria graz",
    "Europe/Stockholm": "sweden gothenburg uppsala",
    "Europe/Copenhagen": "denmark aarhus",
    "Europe/Brussels": "belgium leuven ghent",
    "Europe/Warsaw": "krakow",
    "Asia/Kolkata": "india mumbai delhi new_delhi bangalore bengaluru chennai hyderabad",
    "Asia/Shanghai": "china beijing shenzhen hangzhou guangzhou nanjing",
    "Asia/Seoul": "korea south_korea daejeon",
    "Asia/Tokyo": "kyoto osaka",
    "Asia/Jerusalem": "haifa",
    "America/New_York": "nyc new_york_city boston washington philadelphia pittsburgh princeton atlanta miami",
    "America/Chicago": "austin houston dallas",
    "America/Los_Angeles": "san_francisco seattle stanford berkeley san_diego",
    "America/Toronto": "montreal ottawa",
    "America/Sao_Paulo": "rio campinas",
    "Australia/Sydney": "canberra",
}
"""Places where many readers are and that no zone is called after."""

_HALVES = {
    "+3:30": "Asia/Tehran",
    "+4:30": "Asia/Kabul",
    "+5:30": "Asia/Kolkata",
    "+5:45": "Asia/Kathmandu",
    "+6:30": "Asia/Yangon",
    "+8:45": "Australia/Eucla",
    "+9:30": "Australia/Darwin",
    "+10:30": "Australia/Lord_Howe",
    "+12:45": "Pacific/Chatham",
    "-3:30": "America/St_Johns",
    "-9:30": "Pacific/Marquesas",
}
_OFFSET = re.compile(r"(?:utc|gmt)?([+-]|−)(\d{1,2})(?::?([0-5]\d))?", re.ASCII)
_CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_NO_PLACES = {"Factory", "localtime", "posixrules", "leapseconds"}


class UnknownZoneError(Exception):
    """What was written names no zone, or several; `suggestions` are IANA names that may be meant."""

    def __init__(self, text: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.suggestions = suggestions


def parse_zone(text: str) -> str:
    """The IANA name of what was written, whatever its case. Raises UnknownZoneError.

    An offset of whole hours becomes `Etc/GMT-2`, whose sign IANA writes the other way round: it is UTC+2.
    """
    wanted = "_".join(text[:80].split()).casefold()
    offset = _OFFSET.fullmatch(wanted.replace("_", ""))
    if offset is not None:
        return _by_offset(text, "-" if offset[1] in "-−" else "+", int(offset[2]), int(offset[3] or 0))
    meant = _ABBREVIATIONS.get(wanted.replace(".", ""), ())
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UnknownZoneError(text, meant)
    names = _names()
    if wanted in names:
        return names[wanted]
    near = difflib.get_close_matches(wanted, names, n=12, cutoff=0.7)
    raise UnknownZoneError(text, tuple(dict.fromkeys(names[name] for name in near))[:MAX_SUGGESTIONS])


def find_zones(typed: str) -> list[str]:
    """The IANA names whose zone, city or place begins with what was typed so far, then those that have it inside."""
    wanted = "_".join(typed[:80].split()).casefold()
    found = [name for name in _names() if wanted in name]
    found.sort(key=lambda name: (not name.startswith(wanted), "/" not in name, name))
    return list(dict.fromkeys(_names()[name] for name in found))


def _by_offset(text: str, sign: str, hours: int, minutes: int) -> str:
    if minutes:
        half = _HALVES.get(f"{sign}{hours}:{minutes:02}")
        raise UnknownZoneError(text, (half,) if half else ())
    name = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"
    if find_zone(name) is None:
        raise UnknownZoneError(text)
    return name


def zone_label(name: str) -> str:
    """A zone's name for people: `Etc/GMT-2` is UTC+2."""
    if name == "Etc/UTC":
        return "UTC"
    offset = re.fullmatch(r"Etc/GMT([+-])(\d{1,2})", name)
    return f"UTC{'-' if offset[1] == '+' else '+'}{offset[2]}" if offset and offset[2] != "0" else name


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every name, city and place (casefolded, `_` for spaces) with the IANA name that it stands for."""
    zones = sorted(name for name in available_timezones() if name not in _NO_PLACES)
    # A city of several names goes by the one that says its continent: Asia/Singapore before Singapore.
    places = {place: zone for zone, named in _PLACES.items() for place in named.split()}
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in reversed(zones) if zone.split("/")[0] in _CONTINENTS}
    return {**places, **{zone.casefold(): zone for zone in zones}, **cities}
