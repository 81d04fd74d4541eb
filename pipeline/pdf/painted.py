"""List what a PDF page paints, in order: pictures with their place, visible text, drawing (ISO 32000-1, 8 and 9)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pikepdf

from pipeline.errors import BadScan

# a b c d e f, in the order of the PDF operator cm: x' = ax + cy + e, y' = bx + dy + f.
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
INFINITE: Box = (-1e9, -1e9, 1e9, 1e9)
PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh"}
TEXT = {"Tj", "TJ", "'", '"'}
OUTLINES = {"m", "l", "c", "v", "y", "h"}
# Invisible, and clipping only (ISO 32000-1, 9.3.6).
INVISIBLE_TEXT_MODES = (3, 7)
# Forms may hold forms; deeper than this is an attack or a circle.
DEEPEST_FORM = 12
HIDDEN_OR_NO_VIEW = 2 | 32


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing painted.

    Attributes:
        kind: "picture", "text", "drawing", "annotation".
        picture: The picture's stream object; None for other kinds and for pictures written into the page itself.
        matrix: Unit square of the picture -> page space.
        clip: The rectangle of page space that it is confined to.
        plain: Opaque, without masks, not part of a layer, its clip a rectangle.
    """

    kind: str
    picture: pikepdf.Object | None = None
    matrix: Matrix = IDENTITY
    clip: Box = INFINITE
    plain: bool = True


@dataclass(frozen=True, slots=True)
class _State:
    """What q saves and Q restores."""

    matrix: Matrix = IDENTITY
    clip: Box = INFINITE
    clip_is_box: bool = True
    text_mode: int = 0
    opaque: bool = True


class _Canvas:
    """Follow the operators of one content stream; forms get a canvas of their own."""

    def __init__(self, resources: pikepdf.Object | None, state: _State, depth: int) -> None:
        self.resources = resources
        self.state = state
        self.depth = depth
        self.saved: list[_State] = []
        self.boxes: list[Box] = []
        self.outlined = False
        self.clipping = False
        self.layers: list[bool] = []

    def marks(self, content: pikepdf.Object) -> Iterator[Mark]:
        for instruction in pikepdf.parse_content_stream(content):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                yield Mark("picture", None, self.state.matrix, self.state.clip, plain=False)
                continue
            operator = str(instruction.operator)
            operands = list(instruction.operands)
            if operator == "Do":
                yield from self._do(str(operands[0]))
            elif operator in TEXT and self.state.text_mode not in INVISIBLE_TEXT_MODES:
                yield Mark("text")
            elif operator in PAINTING:
                yield Mark("drawing")
            self._follow(operator, operands)

    def _follow(self, operator: str, operands: list[pikepdf.Object]) -> None:
        if operator == "q":
            self.saved.append(self.state)
        elif operator == "Q" and self.saved:
            self.state = self.saved.pop()
        elif operator == "cm":
            self.state = replace(self.state, matrix=multiply(_numbers(operands), self.state.matrix))
        elif operator == "Tr":
            self.state = replace(self.state, text_mode=int(operands[0]))
        elif operator == "gs":
            self._graphics_state(str(operands[0]))
        elif operator in ("BDC", "BMC"):
            self.layers.append(operator == "BDC" and str(operands[0]) == "/OC")
        elif operator == "EMC" and self.layers:
            self.layers.pop()
        else:
            self._path(operator, operands)

    def _path(self, operator: str, operands: list[pikepdf.Object]) -> None:
        if operator == "re":
            x, y, width, height = (float(operand) for operand in operands)
            self.boxes.append(bounds((width, 0, 0, height, x, y), self.state.matrix))
        elif operator in OUTLINES:
            self.outlined = True
        elif operator in ("W", "W*"):
            self.clipping = True
        elif operator == "n" or operator in PAINTING:
            if self.clipping:
                self._clip()
            self.boxes, self.outlined, self.clipping = [], False, False

    def _clip(self) -> None:
        if self.outlined or len(self.boxes) != 1:
            self.state = replace(self.state, clip_is_box=False)
        else:
            self.state = replace(self.state, clip=intersection(self.state.clip, self.boxes[0]))

    def _graphics_state(self, name: str) -> None:
        found = _lookup(self.resources, "/ExtGState", name)
        if found is None:
            return
        opaque = (
            float(found.get("/ca", 1)) >= 1
            and str(found.get("/SMask", "/None")) == "/None"
            and str(found.get("/BM", "/Normal")) in ("/Normal", "/Compatible")
        )
        self.state = replace(self.state, opaque=opaque)

    def _do(self, name: str) -> Iterator[Mark]:
        target = _lookup(self.resources, "/XObject", name)
        if not isinstance(target, pikepdf.Stream):
            raise BadScan("corrupt", f"The page shows {name[1:]!r}, which the PDF does not hold.")
        kind = str(target.get("/Subtype"))
        plain = self.state.opaque and self.state.clip_is_box and "/OC" not in target and not any(self.layers)
        if kind == "/Image":
            masked = any(key in target for key in ("/SMask", "/Mask", "/SMaskInData")) or target.get(
                "/ImageMask", False
            )
            yield Mark("picture", target, self.state.matrix, self.state.clip, plain=plain and not masked)
        elif kind == "/Form" and self.depth < DEEPEST_FORM:
            for mark in form_marks(target, self.resources, self.state, self.depth + 1):
                yield mark if plain else replace(mark, plain=False)


def page_marks(page: pikepdf.Page) -> list[Mark]:
    """List what the page itself paints, then its visible annotations but for the marks of digital signatures."""
    resources = page.obj.get("/Resources") or _inherited(page.obj, "/Resources")
    marks = list(_Canvas(resources, _State(), 0).marks(page.obj))
    annotations = page.obj.get("/Annots") or ()
    return marks + [Mark("annotation") for annotation in annotations if _annotation_shows(annotation)]


def form_marks(form: pikepdf.Object, outer: pikepdf.Object | None, state: _State, depth: int) -> Iterator[Mark]:
    """List what a form paints, in the space of what it is painted on."""
    matrix = multiply(_numbers(form["/Matrix"]), state.matrix) if "/Matrix" in form else state.matrix
    clip = state.clip
    if "/BBox" in form:
        x0, y0, x1, y1 = (float(number) for number in form["/BBox"])
        clip = intersection(clip, bounds((x1 - x0, 0, 0, y1 - y0, x0, y0), matrix))
    resources = form.get("/Resources", outer)
    yield from _Canvas(resources, replace(state, matrix=matrix, clip=clip), depth).marks(form)


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """Give the matrix that does first, then second."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def bounds(matrix: Matrix, then: Matrix = IDENTITY) -> Box:
    """Give the box round the unit square after the matrix, and another after it: x0, y0, x1, y1."""
    a, b, c, d, e, f = multiply(matrix, then)
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    return min(xs), min(ys), max(xs), max(ys)


def intersection(first: Box, second: Box) -> Box:
    """Give what two boxes share; empty ones come out with x1 <= x0 or y1 <= y0."""
    return (max(first[0], second[0]), max(first[1], second[1]), min(first[2], second[2]), min(first[3], second[3]))


def _annotation_shows(annotation: pikepdf.Object) -> bool:
    if int(annotation.get("/F", 0)) & HIDDEN_OR_NO_VIEW or str(annotation.get("/Subtype")) == "/Popup":
        return False
    if _is_signature(annotation):
        return False
    x0, y0, x1, y1 = (float(number) for number in annotation.get("/Rect", (0, 0, 0, 0)))
    looks = annotation.get("/AP")
    look = looks.get("/N") if looks is not None else None
    if look is not None and not isinstance(look, pikepdf.Stream):
        look = look.get(str(annotation.get("/AS", "/Off")))
    if look is None or x0 == x1 or y0 == y1:
        return False
    return any(True for _ in form_marks(look, None, _State(), 1))


def _is_signature(annotation: pikepdf.Object) -> bool:
    """Tell whether it is a digital signature's mark: no part of the scan, and untrue on a copy that is not signed."""
    field = annotation if "/FT" in annotation else annotation.get("/Parent")
    return field is not None and str(field.get("/FT")) == "/Sig"


def _lookup(resources: pikepdf.Object | None, kind: str, name: str) -> pikepdf.Object | None:
    found = resources.get(kind) if resources is not None else None
    return found.get(name) if found is not None else None


def _inherited(node: pikepdf.Object, key: str) -> pikepdf.Object | None:
    for _ in range(64):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _numbers(operands: object) -> Matrix:
    a, b, c, d, e, f = (float(operand) for operand in operands)  # type: ignore[attr-defined]
    return a, b, c, d, e, f
