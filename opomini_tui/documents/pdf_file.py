"""A PDF written object by object: as much of the format as letters and lists need, and nothing that costs time.

General libraries spend most of a letter's time on their object trees; here an object is bytes from the start, and what
all documents share (fonts, forms, pictures) is compressed once per process. Source: ISO 32000-1.
"""

from __future__ import annotations

import datetime
import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from opomini_tui.documents.fonts import BOLD, REGULAR, SLIP, Embedding, MoreCodes, letter_font

FONT_NAMES = {REGULAR: "F1", BOLD: "F2", SLIP: "F3"}
_LEVEL = 6  # of compression
_A4 = "[0 0 595.28 841.89]"


@dataclass(slots=True)
class PdfFile:
    """A document in the making: pages one after another, shared objects once, everything held until `finish`."""

    title: str
    day: datetime.date | None = None
    author: str = ""
    subject: str = ""
    language: str = ""
    outline_shown: bool = False
    more_codes: dict[str, MoreCodes] = field(default_factory=lambda: {name: MoreCodes() for name in FONT_NAMES})
    _objects: list[bytes] = field(default_factory=list)
    _shared: dict[str, int] = field(default_factory=dict)
    _pages: list[int] = field(default_factory=list)
    _bookmarks: list[tuple[str, int]] = field(default_factory=list)
    _fonts_used: set[str] = field(default_factory=set)
    _tree: int = 0
    _fonts: int = 0

    def __post_init__(self) -> None:
        """Give the page tree and the fonts their numbers: every page names them."""
        self._tree, self._fonts = self.add(b""), self.add(b"")

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def add(self, body: bytes | str) -> int:
        """Store an object; its number."""
        self._objects.append(body if isinstance(body, bytes) else body.encode("latin-1"))
        return len(self._objects)

    def add_stream(self, entries: str, content: bytes, *, compressed: bool = False, coding: str = "") -> int:
        """Store a stream with further `entries` of its dictionary; `compressed`: its content is deflated already.

        `coding`: it is in another form already, which is named so.
        """
        packed = content if compressed or coding else zlib.compress(content, _LEVEL)
        head = f"<< {entries} /Filter /{coding or 'FlateDecode'} /Length {len(packed)} >>\nstream\n"
        return self.add(head.encode("latin-1") + packed + b"\nendstream")

    def share(self, key: str, make: Callable[[PdfFile], int]) -> int:
        """The number of the object `key`, made when it is asked for the first time."""
        if key not in self._shared:
            self._shared[key] = make(self)
        return self._shared[key]

    def use_font(self, name: str) -> str:
        """The name of a face in the streams; it will be embedded."""
        self._fonts_used.add(name)
        return FONT_NAMES[name]

    @property
    def fonts(self) -> str:
        """The entry of a resource dictionary that names the fonts."""
        return f"/Font {self._fonts} 0 R"

    def add_page(self, content: bytes, objects: Mapping[str, int], bookmark: str = "", more: str = "") -> None:
        """Add an A4 page that uses the XObjects `objects` by name, with a bookmark or without; `more` of its entries."""
        stream = self.add_stream("", content)
        named = " ".join(f"/{name} {number} 0 R" for name, number in objects.items())
        xobjects = f" /XObject << {named} >>" if named else ""
        page = self.add(
            f"<< /Type /Page /Parent {self._tree} 0 R /MediaBox {_A4} /Contents {stream} 0 R "
            f"/Resources << {self.fonts}{xobjects} >>{more} >>"
        )
        self._pages.append(page)
        if bookmark:
            self._bookmarks.append((bookmark, page))

    def finish(self) -> bytes:
        """The whole file."""
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._objects[self._tree - 1] = f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>".encode()
        self._objects[self._fonts - 1] = self._font_dictionary().encode()
        catalog = f"/Type /Catalog /Pages {self._tree} 0 R"
        if self.language:
            catalog += f" /Lang {_text(self.language)}"
        if self._bookmarks:
            catalog += f" /Outlines {self._outline()} 0 R"
        if self.outline_shown:
            catalog += " /PageMode /UseOutlines"
        root = self.add(f"<< {catalog} >>")
        moment = (
            f" /CreationDate (D:{self.day:%Y%m%d}000000Z) /ModDate (D:{self.day:%Y%m%d}000000Z)" if self.day else ""
        )
        texts = {"Title": self.title, "Author": self.author, "Subject": self.subject, "Creator": "Opomini"}
        named = " ".join(f"/{name} {_text(text)}" for name, text in texts.items() if text)
        info = self.add(f"<< {named}{moment} >>")
        return self._written(root, info)

    def _written(self, root: int, info: int) -> bytes:
        """The objects one after another, the table of their places, and the trailer with the content's digest."""
        pieces = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"]
        place, places = len(pieces[0]), []
        for number, body in enumerate(self._objects, start=1):
            piece = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            places.append(place)
            place += len(piece)
            pieces.append(piece)
        identity = hashlib.sha256(b"".join(pieces)).hexdigest()[:32]
        pieces.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
        pieces += [b"%010d 00000 n \n" % each for each in places]
        trailer = f"<< /Size {len(places) + 1} /Root {root} 0 R /Info {info} 0 R /ID [<{identity}> <{identity}>] >>"
        pieces.append(f"trailer\n{trailer}\nstartxref\n{place}\n%%EOF\n".encode())
        return b"".join(pieces)

    def _font_dictionary(self) -> str:
        """The fonts by their names in the streams: the fixed subset of each used face, and this document's own."""
        named = []
        for name in sorted(self._fonts_used):
            face = letter_font(name)
            for number, embedding in enumerate([face.fixed, *face.embed_more(self.more_codes[name])]):
                named.append(f"/{subset_name(name, number)} {self._add_font(embedding)} 0 R")
        return f"<< {' '.join(named)} >>"

    def _add_font(self, embedding: Embedding) -> int:
        """Store one subset: program, character map, descriptor and the font itself."""
        face = embedding.face
        length = f"/Length1 {embedding.program_length}"
        program = self.add_stream(length, embedding.program, compressed=True)
        unicode_map = self.add_stream("", embedding.unicode_map, compressed=True)
        box = " ".join(f"{side:g}" for side in face.bbox)
        descriptor = self.add(  # flag 4: symbolic, the codes are those of the subset
            f"<< /Type /FontDescriptor /FontName /{embedding.name} /Flags 4 /FontBBox [{box}] "
            f"/ItalicAngle {face.italicAngle:g} /Ascent {face.ascent:g} /Descent {face.descent:g} "
            f"/CapHeight {face.capHeight:g} /StemV {face.stemV:g} /MissingWidth {face.defaultWidth:g} "
            f"/FontFile2 {program} 0 R >>"
        )
        return self.add(
            f"<< /Type /Font /Subtype /TrueType /BaseFont /{embedding.name} /FirstChar 0 /LastChar {embedding.last} "
            f"/Widths {embedding.widths} /FontDescriptor {descriptor} 0 R /ToUnicode {unicode_map} 0 R >>"
        )

    def _outline(self) -> int:
        """Store the bookmarks; the number of their root."""
        root = self.add(b"")
        first, last = root + 1, root + len(self._bookmarks)
        for number, (title, page) in enumerate(self._bookmarks, start=first):
            before = f" /Prev {number - 1} 0 R" if number > first else ""
            after = f" /Next {number + 1} 0 R" if number < last else ""
            self.add(f"<< /Title {_text(title)} /Parent {root} 0 R{before}{after} /Dest [{page} 0 R /Fit] >>")
        self._objects[root - 1] = (
            f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {last - root} >>".encode()
        )
        return root


def subset_name(name: str, number: int) -> str:
    """How the streams call subset `number` of a face; 0 is the fixed one."""
    return f"{FONT_NAMES[name]}s{number}" if number else FONT_NAMES[name]


def _text(text: str) -> str:
    """A text of the document's particulars (7.9.2.2)."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
