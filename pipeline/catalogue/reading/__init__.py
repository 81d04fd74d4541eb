"""Lists as offices keep them -> `Catalogue`: workbooks and text files, headings, cells, former forms."""
