"""The office's lists [mục lục]: fields and rules of the law, reading, matching with folders, drafting from the text."""
