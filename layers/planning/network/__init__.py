"""From an inventory of road lines to a graph (`noding`), what is wrong with it (`report`), what it is once
rain has come (`contraction`), and the households on it (`households`).
"""
