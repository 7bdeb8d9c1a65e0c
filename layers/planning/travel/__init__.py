"""How long the way to a service takes: `times` reckons it for every household of a province, `shares` adds it up by
unit as the reader may see it, `rural` is the Rural Access Index, `lines` are the roads by travel time.
"""
