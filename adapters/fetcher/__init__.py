"""The HTTP edge: every read of a feed or an API of the web goes through `HttpFetcher`."""

from adapters.fetcher.http import ARXIV_HOSTS, HttpFetcher
from adapters.fetcher.politeness import HostGroup

__all__ = ["ARXIV_HOSTS", "HostGroup", "HttpFetcher"]
