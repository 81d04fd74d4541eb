"""What happens to a finished set: its copies on media, their history, the register and the policy."""
