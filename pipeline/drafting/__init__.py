"""Draft a batch's lists from its folders and from what stands on the first pages of its documents."""
