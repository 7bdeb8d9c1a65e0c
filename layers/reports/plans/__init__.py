"""A plan in words and figures, on the screen, on paper and in sheets."""
