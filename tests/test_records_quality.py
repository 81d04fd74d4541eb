"""A page's figures are held against its profile: each flag says figure and rule, and none is made up."""

import hashlib
import json
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipeline.config import Config, QualityParams, load
from pipeline.model import Page, StageResult, State
from pipeline.pdf.source_document import SourcePdf
from pipeline.pdf.source_layers import Layer, colour_dpi, layers, text_dpi
from pipeline.records.quality import (
    BELOW,
    FLAGS,
    HEADINGS,
    LOOK,
    PageQuality,
    facts_of,
    is_below,
    sheet_of,
    sums,
)
from pipeline.records.quality_judge import judge
from pipeline.stages.artifact import write_artifact
from pipeline.stages.page import PageView
from pipeline.stages.quality import QUALITY
from pipeline.stages.scan import Source
from samples import page as drawn_page
from samples import store

CONFIGS = Path(__file__).parent.parent / "configs"
TT05 = Config().quality
GOOD = PageQuality(
    dpi=300.0, dpi_source="file", format="TIFF", compression="lzw", bits=24, tones="colour", width_mm=210.0,
    height_mm=297.0, letters=900, letter_mm=2.3, edge_um=180, contrast=0.9, paper=240, ink=30, burnt_out=0.1,
    blocked=0.0, skew_degrees=0.2, words=300, confidence=93.0, low_share=0.02, outside_share=0.01, oddities=1,
)  # fmt: skip


def profile(name: str) -> QualityParams:
    return load(CONFIGS / f"{name}.toml").quality


def flags(page: PageQuality, held: QualityParams = TT05) -> dict[str, str]:
    return {flag.code: flag.level for flag in judge(page, held)}


# The profiles


@pytest.mark.parametrize("name", ["tt05", "cv7197"])
def test_good_colour_scan_has_no_flag(name: str):
    """A sharp 24-bit scan of 300 dpi in TIFF reaches both profiles."""
    assert flags(GOOD, profile(name)) == {}


def test_shipped_tt05_is_the_default():
    """configs/tt05.toml says what holds where nothing is said."""
    assert profile("tt05") == TT05


@pytest.mark.parametrize(
    ("held", "change", "wanted"),
    [
        ("tt05", {"dpi": 199.9}, {}),
        ("tt05", {"dpi": 150.0}, {"dpi": BELOW}),
        ("tt05", {"dpi": 200.0, "bits": 8, "tones": "grey"}, {"bits": BELOW}),
        ("tt05", {"bits": 1, "tones": "bilevel"}, {"bits": BELOW}),
        ("tt05", {"format": "JPEG", "compression": "jpeg"}, {}),
        ("cv7197", {"dpi": 200.0}, {"dpi": BELOW}),
        ("cv7197", {"bits": 8, "tones": "grey"}, {}),
        ("cv7197", {"bits": 1, "tones": "bilevel"}, {"bits": BELOW}),
        ("cv7197", {"format": "PNG", "compression": "deflate"}, {}),
        ("cv7197", {"format": "JPEG", "compression": "jpeg"}, {"lossy": BELOW}),
        ("cv7197", {"compression": "jpeg"}, {"lossy": BELOW}),
        ("film", {}, {"colours": BELOW}),
        ("film", {"bits": 8, "tones": "grey"}, {}),
        ("film", {"bits": 1, "tones": "bilevel", "compression": "group4"}, {}),
        ("film", {"bits": 8, "tones": "grey", "format": "PNG"}, {"format": BELOW}),
        ("film", {"bits": 24, "tones": "grey"}, {}),
    ],
)
def test_profiles_ask_what_their_rules_ask(held: str, change: dict, wanted: dict):
    """Resolution, depth, colour and format are judged as each rule says, and nothing else is."""
    assert flags(replace(GOOD, **change), profile(held)) == wanted


def test_maps_and_drawings_need_more():
    """What is enough for a letter is not for a map (Thông tư 05/2025/TT-BNV, Đ8.1)."""
    page = replace(GOOD, dpi=200.0)

    assert flags(page) == {}
    assert flags(page, replace(TT05, kind="map")) == {"dpi": BELOW}


def test_fax_is_flagged_and_says_figure_and_rule():
    """The sentence names what was found, what is asked and by whom."""
    (flag,) = judge(replace(GOOD, bits=1, tones="bilevel"), TT05)

    assert flag.text == "1 bit per pixel; at least 24 are asked (Thông tư 05/2025/TT-BNV, Điều 8)"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"edge_um": 500}, "blurred"),
        ({"contrast": 0.2}, "faint"),
        ({"paper": 90, "ink": 20}, "dark"),
        ({"turn_unsure": True}, "turn"),
        ({"spread": True}, "spread"),
        ({"burnt_out": 0.95, "blocked": 0.045}, "clipped"),
        ({"confidence": 40.0}, "confidence"),
        ({"outside_share": 0.4}, "outside"),
        ({"oddities": 30, "odd_words": ("xuât",)}, "oddities"),
        ({"letter_mm": 1.1}, "scale"),
        ({"tones": "grey"}, "grey-only"),
        ({"tones": "bilevel"}, "bilevel-only"),
        ({"dpi_source": "assumed"}, "dpi-assumed"),
        ({"dpi": None, "dpi_source": "drawn"}, "no-scan"),
    ],
)
def test_what_a_person_should_look_at_is_not_below_the_profile(change: dict, code: str):
    """What no rule gives a number for is flagged for a look only."""
    assert flags(replace(GOOD, **change)) == {code: LOOK}


def test_assumed_resolution_proves_nothing():
    """A page whose file says no resolution is not called too coarse for sure."""
    assert flags(replace(GOOD, dpi=150.0, dpi_source="assumed")) == {"dpi": LOOK, "dpi-assumed": LOOK}


def test_few_words_are_not_judged():
    """A page of three words has no share of anything."""
    assert flags(replace(GOOD, words=3, confidence=10.0, outside_share=1.0, oddities=3)) == {}


numbers = st.none() | st.floats(0, 1)


@settings(deadline=None, max_examples=80)
@given(
    dpi=st.none() | st.floats(1, 5000), colour=st.none() | st.floats(1, 5000), bits=st.integers(1, 64), share=numbers,
    other=numbers, edge=st.none() | st.integers(1, 5000), words=st.none() | st.integers(0, 5000), confidence=numbers,
    tones=st.sampled_from(["bilevel", "grey", "colour", None]), name=st.sampled_from(["tt05", "cv7197", "film"]),
)  # fmt: skip
def test_whatever_was_measured_is_written_down(
    dpi: float | None, colour: float | None, bits: int, share: float | None, other: float | None, edge: int | None,
    words: int | None, confidence: float | None, tones: str | None, name: str,
):  # fmt: skip
    """Any mixture of known and unknown figures gives facts that are JSON, and sentences for all flags."""
    page = replace(GOOD, dpi=dpi, colour_dpi=colour, bits=bits, contrast=share, burnt_out=other, blocked=share,
                   edge_um=edge, words=words, confidence=confidence, outside_share=share, tones=tones)  # fmt: skip
    facts = facts_of(page, judge(page, profile(name)))

    assert json.loads(json.dumps(facts)) == facts
    assert is_below(facts) == any(flag["level"] == BELOW for flag in facts["flags"])
    assert all(flag["text"] and "{" not in flag["text"] for flag in facts["flags"])
    assert {flag["code"] for flag in facts["flags"]} <= set(FLAGS)


def test_every_flag_has_its_words_for_counts():
    """Each flag has a heading."""
    assert set(FLAGS) == set(HEADINGS)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((210, 297), ("A4", 100.0)), ((297, 210), ("A4", 100.0)), ((205, 290), ("A4", 97.6)), ((841, 1189), ("A0", 100.0)),
     ((216, 356), ("", None)), ((100, 100), ("", None))],
)  # fmt: skip
def test_sheets_are_named_by_their_size(size: tuple[float, float], wanted: tuple[str, float | None]):
    """A sheets are known within a few per cent, whichever way they lie."""
    name, percent = sheet_of(*size)

    assert name == wanted[0]
    assert percent == (None if wanted[1] is None else pytest.approx(wanted[1], abs=0.1))


def test_sums_weigh_pages_by_their_words():
    """The batch's confidence is that of its words, and unknown where no page has any."""
    pages = [facts_of(replace(GOOD, words=100, confidence=90.0), iter(())), None,
             facts_of(replace(GOOD, dpi=150.0, words=300, confidence=70.0, outside_share=None), iter(()))]  # fmt: skip
    found = sums(pages)

    assert (found.pages_measured, found.lowest_dpi, found.words, found.confidence) == (2, 150.0, 400, 75.0)
    assert found.outside_share == 0.01
    assert asdict(sums([None]))["confidence"] is None


# Layers


def pdf_of(folder: Path, pictures: list[dict], *, rotate: int = 0) -> Path:
    """Write a page of 72 x 108 points with pictures laid all over it, one over the other."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(72, 108))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary())
    names = []
    for number, entries in enumerate(pictures):
        mask = entries.pop("mask", None)
        picture = _picture(pdf, **entries)
        if mask:
            picture.SMask = _picture(pdf, **mask)
        page.Resources.XObject[f"/P{number}"] = picture
        names.append(f"q 72 0 0 108 0 0 cm /P{number} Do Q")
    page.Contents = pdf.make_stream("\n".join(names).encode())
    page.Rotate = rotate
    path = folder / "layers.pdf"
    pdf.save(path)
    return path


def _picture(
    pdf: pikepdf.Pdf, width: int, height: int, bits: int, space: str = "/DeviceGray", *, stencil: bool = False
) -> pikepdf.Stream:
    size = (width * bits * (3 if space == "/DeviceRGB" else 1) + 7) // 8 * height
    kind = {"ImageMask": True} if stencil else {"ColorSpace": pikepdf.Name(space)}
    return pikepdf.Stream(pdf, bytes(size), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width,
                          Height=height, BitsPerComponent=bits, **kind)  # fmt: skip


BACKGROUND = {"width": 100, "height": 150, "bits": 8, "space": "/DeviceRGB"}
STENCIL = {"width": 300, "height": 450, "bits": 1, "stencil": True}


def test_mixed_raster_content_is_taken_apart(tmp_path: Path):
    """A coarse colour picture under a fine stencil: the text has the stencil's resolution, the colour its own."""
    with SourcePdf(pdf_of(tmp_path, [dict(BACKGROUND), dict(STENCIL)])) as document:
        found = layers(document, 0)

    assert [(layer.kind, layer.dpi, layer.bits) for layer in found] == [("picture", 100.0, 24), ("mask", 300.0, 1)]
    assert (text_dpi(found), colour_dpi(found)) == (300.0, 100.0)


@pytest.mark.parametrize("rotate", [0, 90])
def test_mask_of_a_picture_is_a_layer_of_its_own(tmp_path: Path, rotate: int):
    """The letters' colours may be coarse: what shows their shape is the mask."""
    letters = {"width": 25, "height": 38, "bits": 8, "space": "/DeviceRGB",
               "mask": {"width": 600, "height": 900, "bits": 8}}  # fmt: skip
    with SourcePdf(pdf_of(tmp_path, [dict(BACKGROUND), letters], rotate=rotate)) as document:
        found = layers(document, 0)

    assert (text_dpi(found), colour_dpi(found)) == (600.0, 100.0)


def test_page_without_pictures_has_no_layers(tmp_path: Path):
    """Where nothing was scanned no resolution is made up."""
    with SourcePdf(pdf_of(tmp_path, [])) as document:
        found = layers(document, 0)

    assert (found, text_dpi(found), colour_dpi(found)) == ((), None, None)


def test_strips_of_one_picture_have_its_resolution():
    """A page cut into strips is as fine as the coarsest of them."""
    strips = tuple(Layer("picture", dpi, 8, "jpeg", 0.1) for dpi in (200.0, 200.0, 199.5))

    assert text_dpi(strips) == colour_dpi(strips) == 199.5


@pytest.mark.parametrize(("name", "level"), [("tt05", LOOK), ("cv7197", BELOW), ("film", BELOW)])
def test_coarse_colour_layer_is_flagged(name: str, level: str):
    """A colour layer under the asked resolution is for a look, and below the profile where all layers count."""
    page = replace(GOOD, colour_dpi=100.0, dpi_source="layers")

    assert flags(page, profile(name))["colour-dpi"] == level


# The stage


def performed(folder: Path, data: bytes, name: str, facts: dict, text: str | None = None) -> dict:
    """Take a page through the stage with what the stages before it would have found."""
    source = Source(folder / name, data, hashlib.sha256(data).hexdigest())
    view = PageView(source, Page(name, 0, 1), 100.0, folder, "p")
    view.results["examine"] = StageResult(State.DONE, facts)
    if text is not None:
        words = len(text.split())
        read = {"text": "text", "words": words, "confidence": 88.0, "low_words": 1, "prepared": {}}
        view.results["ocr"] = StageResult(State.DONE, read, (write_artifact(folder, "p/text.txt", text.encode()),))
    result = QUALITY.perform(view, QUALITY.params(Config()))
    assert result.state is State.DONE
    schema = json.loads((files("pipeline") / "schemas" / "batch.schema.json").read_text(encoding="utf-8"))
    page = schema["properties"]["documents"]["items"]["properties"]["pages"]["items"]["properties"]["quality"]
    assert [
        error.message for error in Draft202012Validator(page).iter_errors(json.loads(json.dumps(result.facts)))
    ] == []
    return result.facts


def examined(pixels: np.ndarray, dpi: float, **more: object) -> dict:
    """Give the examination's facts."""
    height, width = pixels.shape[:2]
    return {"width": width, "height": height, "dpi_x": dpi, "dpi_y": dpi, "dpi_source": "file", "mode": "L",
            "bits_per_pixel": 8, "format": "JPEG", "compression": "jpeg", "tag": 1, "blank": False, "ink_share": 0.1,
            **more}  # fmt: skip


def test_stage_puts_scan_and_text_together(tmp_path: Path):
    """A drawn page of 150 dpi is measured, read and judged; the words' spelling is looked at."""
    pixels, _ = drawn_page.letterhead_page(dpi=150)
    text = "Quyết định xuât bản của người dân " * 4
    facts = performed(tmp_path, store.jpeg_bytes(pixels, 150, 90), "a.jpg", examined(pixels, 150.0), text)

    assert (facts["sheet"], facts["scale_percent"]) == ("A4", pytest.approx(100, abs=0.2))
    assert (facts["words"], facts["confidence"], facts["low_share"]) == (28, 88.0, round(1 / 28, 4))
    assert (facts["oddities"], facts["odd_words"]) == (4, ["xuât"])
    assert facts["outside_share"] == pytest.approx(1 / 7, abs=0.01)
    assert 100 < facts["edge_um"] < 300
    assert {flag["code"]: flag["level"] for flag in facts["flags"]} == {"dpi": BELOW, "bits": BELOW, "oddities": LOOK}


def test_stage_says_nothing_of_a_text_that_was_not_read(tmp_path: Path):
    """Without a reading the scan is judged and the text is not."""
    pixels, _ = drawn_page.letterhead_page(dpi=110)
    facts = performed(tmp_path, store.jpeg_bytes(pixels, 110, 90), "a.jpg", examined(pixels, 110.0))

    assert [facts[name] for name in ("words", "confidence", "outside_share", "oddities")] == [None] * 4
    assert facts["dpi"] == 110


def test_stage_takes_a_drawn_pdf_page_apart(tmp_path: Path):
    """For a page of layers the resolution is that of its text layer, not that at which it was drawn."""
    data = pdf_of(tmp_path, [dict(BACKGROUND), dict(STENCIL)]).read_bytes()
    drawn = np.zeros((900, 600), np.uint8)
    facts = performed(tmp_path, data, "layers.pdf", examined(drawn, 600.0, format="PDF", compression="rendered"))

    assert (facts["dpi"], facts["colour_dpi"], facts["dpi_source"], facts["bits"]) == (300.0, 100.0, "layers", 24)
    assert [layer["kind"] for layer in facts["layers"]] == ["picture", "mask"]


def test_stage_measures_no_scan_where_there_is_none(tmp_path: Path):
    """Of a page that PDFium drew, sharpness and tones are PDFium's, and are not passed off as a scan's."""
    data = pdf_of(tmp_path, []).read_bytes()
    pixels, _ = drawn_page.letterhead_page(dpi=150)
    facts = performed(tmp_path, data, "layers.pdf", examined(pixels, 150.0, format="PDF", compression="rendered"))

    assert [facts[name] for name in ("dpi", "edge_um", "contrast", "burnt_out", "tones")] == [None] * 5
    assert [flag["code"] for flag in facts["flags"]] == ["no-scan"]
