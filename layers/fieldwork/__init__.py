"""Field work: phones → submissions → rows.

Two channels, the app and ODK Collect, write one immutable `Submission` each; `rules.merge` says what of it goes into
the store and what a person must decide. Nothing is overwritten and nothing is lost: what cannot be put in is kept and
shown.
"""
