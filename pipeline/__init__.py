"""sohoa: scanner folders to sealed, verifiable insurance copies [bản sao bảo hiểm] of archival records."""

__version__ = "0.1.0"
