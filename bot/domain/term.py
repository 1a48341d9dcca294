"""Terms as the whole program names them: stems, pairs of stems, fields; and the numbers they are kept by."""

import zlib
from collections.abc import Iterable


def is_pair(term: str) -> bool:
    """Whether a term is two words (and not a field term such as "author:jane doe")."""
    return " " in term and ":" not in term


def term_id(term: str) -> int:
    """A stable 32-bit id (CRC-32 of UTF-8), the same on every machine, so that no vocabulary needs to be shared.

    With 5 million distinct terms a given term meets another's id with a probability of about 0.1 %.
    """
    return zlib.crc32(term.encode("utf-8", "surrogatepass"))


def term_ids(terms: Iterable[str]) -> list[int]:
    """`term_id` of each: a comprehension, since ingestion asks for some hundred ids a paper."""
    crc32 = zlib.crc32
    return [crc32(term.encode("utf-8", "surrogatepass")) for term in terms]
