"""Rows of the lists <-> folders and files of the batch, and the differences between them."""
