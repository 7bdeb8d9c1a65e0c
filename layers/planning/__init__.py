"""Planning: which roads first, where sites go, and what each choice buys.

The subpackages are plain functions and frozen dataclasses over NumPy arrays, so that public benchmark
instances run through the same code as a commune:

* `network`: an inventory of lines to a graph, what is wrong with it, and what it is once rain has come
* `access`: travel times on that graph, and the Rural Access Index
* `roads`: which segments to make passable all year, within budgets, with a proven bound
* `siting`: where to put collection points, kilns, an incinerator
* `appraisal`: the World Bank's cost-benefit model for Vietnamese rural roads

Money is in VND, lengths in metres, times in seconds, unless a docstring says otherwise.
"""
