"""The command line: one module for each group of verbs; parse, call one function, render, exit."""
