"""Where kilns, collection points and an incinerator go: from rules, a terrain and households to alternatives.

`inputs` is all that an answer depends on, and can be kept; `screening` finds where a site may be; `kilns`,
`collection` and `incinerators` choose; `alternatives` is what they answer with; `study` reads, keeps and carries out.
`jobs` is what the solver's process
calls: there alone the three that choose are loaded, with HiGHS. Only `rules` and `study` know the store.
"""
