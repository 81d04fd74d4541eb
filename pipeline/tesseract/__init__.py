"""Recognise text: the only package that does, with two engines under one contract."""

from pipeline.tesseract.data import find_tessdata, installed_languages, require_languages
from pipeline.tesseract.engine import ENGINES, Engine, Settings, engine, identity, read_page
from pipeline.tesseract.orientation import SURE

__all__ = [
    "ENGINES",
    "SURE",
    "Engine",
    "Settings",
    "engine",
    "find_tessdata",
    "identity",
    "installed_languages",
    "read_page",
    "require_languages",
]
