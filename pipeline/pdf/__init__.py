"""PDF knowledge: pictures embedded as they were scanned, invisible text, PDF/A, and the proof of both."""
