"""A believable city, and a nation for benchmarks, made from small facts and a seed.

Nothing here is surveyed or copied: `fixtures/sample` holds the hand-checked facts, this package makes the
rest. Every row says in `source` that it is sample data.
"""
