"""What is written down about pages, documents and batches, and the forms it is written in."""
