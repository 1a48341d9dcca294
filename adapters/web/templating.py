"""Templates of the package, with everything escaped that is put into them."""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from adapters.web.static_files import StaticFiles


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages share. `url` is the public base without a slash at its end, empty where nobody said; `links` are
    (label, path) of what stands at the top beside the days."""

    url: str = ""
    links: tuple[tuple[str, str], ...] = ()

    def base(self, request: Request) -> str:
        """The base of absolute addresses: what was set, else the (checked) host that was asked."""
        return self.url or str(request.base_url).rstrip("/")


class Templates:
    def __init__(self, site: Site, static: StaticFiles) -> None:
        self._site = site
        self._environment = Environment(
            loader=PackageLoader("adapters.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = static.url
        self._environment.globals["site"] = site

    @property
    def site(self) -> Site:
        return self._site

    def render(self, name: str, **values: Any) -> str:
        """A template with its values; every one that it names must be given."""
        return self._environment.get_template(name).render(values)

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self.render(name, **values), status)
