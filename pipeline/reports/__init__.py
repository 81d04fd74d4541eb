"""The yearly report on insurance copies: a unit's figures, the office's sums, who has not reported, what is due."""
