"""Rows out as maps: vector tiles, hillshade, OGC API Features, files.

Everything here follows from a layer's declaration (`layers.models.layer`) and starts from its rows for the
viewer who asks. A new layer needs no line of code in this room.
"""
