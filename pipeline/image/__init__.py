"""Pure pixel arithmetic: arrays and numbers in, arrays and numbers out; no files, no settings, no state."""
