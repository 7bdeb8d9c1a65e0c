"""From the store to the arrays that planning computes on, and nothing else: what is planned is another matter.

`region` says which communes are meant and in which metres; `roads` reads their road lines; `network` joins these
to a graph and puts centres and households on it. Everything is read with a handful of statements, whatever
the size, and in the order of stable identifiers, so that the order of rows in the database never shows.

What is read here includes households, because a plan weighs them. Whoever hands on more than sums must start
from the rows of the viewer instead (`layers.access`).
"""
