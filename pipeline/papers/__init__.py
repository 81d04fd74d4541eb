"""The office's papers: Word documents in Vietnamese, made from values; only pipeline.papers.sheet writes files."""
