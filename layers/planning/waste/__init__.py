"""Where kilns, collection points and an incinerator go: from rules, a terrain and households to alternatives.

`inputs` is all that an answer depends on, and can be kept; `screening` finds where a site may be; `kilns`,
`collection` and `incinerators` choose; `alternatives` is what they answer with; `study` reads, keeps and carries out.
Only `study` knows the store. What chooses imports the solver, so a web process imports none of the three.
"""
