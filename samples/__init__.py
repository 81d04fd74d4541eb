"""Sample pages that the project draws itself: a scanner batch with a known text, angle and damage on each page.

Nothing in it is real: commune, people, numbers and events are invented. `samples/draw.py` draws the batch;
tests and benchmarks import `samples.page` (pages with their true text) and `samples.wear` (what happens to them).
"""
