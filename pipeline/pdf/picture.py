"""A picture as a PDF stores it: encoded bytes and the few facts a reader needs to decode them."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["gray", "rgb", "indexed", "bilevel"]
COMPONENTS = {"gray": 1, "rgb": 3, "indexed": 1, "bilevel": 1}

_MAGIC = b"sohoa-picture-1\n"
_JSON_FIELDS = ("filter", "parameters", "width", "height", "kind", "bits", "as_scanned", "sha256")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image XObject (ISO 32000-1, 8.9.5) that can be written down and read back without decoding.

    Attributes:
        stream: The encoded bytes, as they go into the PDF.
        filter: "DCTDecode", "CCITTFaxDecode", "JPXDecode" or "FlateDecode".
        parameters: The filter's DecodeParms; empty where it needs none.
        width, height: Pixels as stored, before any turning.
        kind: What a sample means. "bilevel" is one bit of grey.
        bits: Bits of one sample.
        as_scanned: The stream holds the scan's own coded data; nothing was decoded and encoded again.
        palette: RGB triples of an "indexed" picture.
        icc: The scan's own colour profile, or nothing.
        sha256: Digest of `stream`, hexadecimal.
    """

    stream: bytes = field(repr=False)
    filter: str
    parameters: dict[str, int | bool]
    width: int
    height: int
    kind: Kind
    bits: int
    as_scanned: bool
    palette: bytes = b""
    icc: bytes = field(default=b"", repr=False)
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        """Digest the stream, so that no picture exists without its proof."""
        object.__setattr__(self, "sha256", hashlib.sha256(self.stream).hexdigest())

    def to_bytes(self) -> bytes:
        """Return the picture as one line of JSON and the stream, for a file of the work folder."""
        head = {name: getattr(self, name) for name in _JSON_FIELDS}
        head["palette"] = self.palette.hex()
        head["icc"] = base64.b64encode(self.icc).decode("ascii")
        return b"".join((_MAGIC, json.dumps(head, sort_keys=True).encode("ascii"), b"\n", self.stream))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Picture":
        """Return what `to_bytes` wrote.

        Raises:
            ValueError: The data is not a picture, or its stream no longer has the digest written with it.
        """
        if not data.startswith(_MAGIC):
            raise ValueError("not a stored picture")
        end = data.index(b"\n", len(_MAGIC))
        head = json.loads(data[len(_MAGIC) : end])
        sha256 = head.pop("sha256")
        head["palette"] = bytes.fromhex(head["palette"])
        head["icc"] = base64.b64decode(head["icc"])
        picture = cls(stream=data[end + 1 :], **head)
        if picture.sha256 != sha256:
            raise ValueError("the stored picture is damaged: its digest differs from the one written with it")
        return picture
