"""The law's rules on lists, each with its article, and the passes that hold rows against them."""
