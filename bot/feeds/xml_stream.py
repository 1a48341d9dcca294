"""XML read element by element, with nothing kept: no document is too long, and no entity is expanded."""

from collections.abc import Container, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from bot.feeds.reading import BrokenStreamError, open_plain


class BrokenXmlError(ValueError):
    """The document ends or goes wrong here; the text says how."""


def iter_elements(stream: BinaryIO, wanted: Container[str]) -> Iterator[tuple[str, Element]]:
    """(local name, element) of every outermost element with a wanted local name, in document order.

    An element is emptied when the next one is asked for. Raises BrokenXmlError where the document cannot be read on:
    truncation, bad characters, and any declared entity.
    """
    depth = 0
    path: list[Element] = []
    try:
        for event, element in iterparse(open_plain(stream), events=("start", "end")):
            name = local_name(element)
            if event == "start":
                path.append(element)
                depth += name in wanted
                continue
            path.pop()
            depth -= name in wanted
            if depth == 0:
                if name in wanted:
                    yield name, element
                element.clear()
                if path:
                    path[-1].remove(element)
    except ParseError as error:
        raise BrokenXmlError(f"the XML is broken: {error}") from None
    except DefusedXmlException:
        raise BrokenXmlError("the XML declares entities, which no feed needs") from None
    except (BrokenStreamError, LookupError, ValueError) as error:  # LookupError, ValueError: an encoding nobody knows
        raise BrokenXmlError(str(error)[:200]) from None


def local_name(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]


def child_text(element: Element, name: str) -> str:
    """The text of the first child with this local name, empty if there is none."""
    return next((text_of(child) for child in element if local_name(child) == name), "")


def text_of(element: Element) -> str:
    """All text inside an element."""
    return "".join(element.itertext())


def children(element: Element, name: str) -> Iterator[Element]:
    """The children with this local name."""
    return (child for child in element if local_name(child) == name)
