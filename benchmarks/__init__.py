"""Measurements against the named peers; each module prints ratios of runs in the same minutes, never bare seconds."""
