"""Elements in the XML parts of an office file, one after the other so that long texts take little memory.

They are called by their local names, and so are their attributes: of one vocabulary there are several
namespaces (that of ISO's strict files is not that of Word's own), and what a name means is the same in all.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from statements.errors import Unreadable
from statements.formats import office

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_DEPTH = 200
"""Elements around an element: a table in a table in a text box has some 40."""


def opened(file: IO[bytes], *, name: str, needs: str) -> Parts:
    """Return the parts of an office file, as `office.opened` does."""
    return Parts(office.opened(file, name=name, needs=needs), name)


class Parts:
    """The parts of an archive that `office.opened` gave; `name` is what the format is called.

    Reading a part raises Unreadable with `damaged` (name), `dtd`, `swollen` and `too_nested`.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name
        self.names = frozenset(archive.namelist())

    def root(self, part: str) -> Element:
        """Return all of a part, which had better be small."""
        return next(self.inside(part, ()))

    def root_name(self, part: str) -> str:
        """Return what the outermost element of a part is called."""
        _event, element = next(self._events(part))
        return _local(element.tag)

    def beginning(self, part: str, most: int) -> bytes:
        """Return the first bytes of a part that is no XML; nothing where there is no such part."""
        if part not in self.names:
            return b""
        try:
            with self._archive.open(part) as file:
                return file.read(most)
        except office.DAMAGES as wrong:
            raise Unreadable("damaged", name=self._name) from wrong

    def inside(self, part: str, *paths: tuple[str, ...]) -> Iterator[Element]:
        """Yield the elements that stand in those to which the paths lead from the root, as each one ends.

        An element is gone when the next one comes.
        """
        longest = max(map(len, paths))
        around: list[Element] = []
        path: list[str] = []
        for event, element in self._events(part):
            if event == "start":
                if len(around) == MOST_DEPTH:
                    raise Unreadable("too_nested")
                around.append(element)
                path.append(_local(element.tag))
                continue
            around.pop()
            path.pop()
            _shorten(element)
            if len(path) <= longest and tuple(path) in paths:
                yield element
                if around:
                    around[-1].remove(element)

    def _events(self, part: str) -> Iterator[tuple[str, Element]]:
        try:
            if self._archive.getinfo(part).file_size > office.MOST_XML:
                raise Unreadable("swollen")
            with self._archive.open(part) as file:
                yield from iterparse(file, events=("start", "end"), forbid_dtd=True)
        except DefusedXmlException as wrong:
            raise Unreadable("dtd") from wrong
        except office.DAMAGES as wrong:
            raise Unreadable("damaged", name=self._name) from wrong


def _shorten(element: Element) -> None:
    """Take the namespaces from the names of an element and its attributes, and leave one of alternatives."""
    element.tag = _local(element.tag)
    attributes = element.attrib
    if attributes:
        element.attrib = {_local(name): value for name, value in attributes.items()}
    if element.tag == "AlternateContent":
        del element[1:]  # the same in the words of older programs


def _local(name: str) -> str:
    return name.rpartition("}")[2]
