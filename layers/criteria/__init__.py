"""From rows to met, unmet or unknown, with the rows behind each result."""
