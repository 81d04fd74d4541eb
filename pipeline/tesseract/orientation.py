"""Tell which way up a page is, cheaply and never on a guess."""

from collections.abc import Callable

import cv2
import numpy as np

from pipeline.image.tone import Picture, resized
from pipeline.model import Measured

Ask = Callable[[Picture, float], tuple[int, float]]


def osd_picture(gray: Picture, dpi: float) -> tuple[Picture, float]:
    return gray, dpi


def best_turn(ask: Ask, gray: Picture, dpi: float) -> Measured:
    turn, margin = ask(gray, dpi)
    return Measured(float(turn), min(1.0, margin / 15.0))
