"""Road plans of real communes: what is asked (`settings`), what was read from the store and frozen (`case`), the
problem that both make (`question`), the answer in words and figures (`answer`).

None of it knows the database: a case and settings give the same answer wherever and whenever they are put together.
"""
