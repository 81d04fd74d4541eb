"""Suggestions for a document's row of the list, from the recognised words of its first page; nothing is invented."""
