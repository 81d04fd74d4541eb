"""A transfer batch [đợt nộp lưu]: packages and manifest out of a sealed set, and the receiving side's check."""
