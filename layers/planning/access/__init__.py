"""Travel times on the road graph: speeds (`speeds`), the graph with its places (`graph`), times of households
(`times`), the Rural Access Index (`rural_access`).
"""
