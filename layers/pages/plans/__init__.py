"""`/plans/`: road plans made, looked at, argued with, compared, handed in and approved."""
