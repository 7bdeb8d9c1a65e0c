"""What the product promises about speed, measured: each figure against its own baseline in the same run.

`make bench` prints them as JSON. Databases of its own are made beside the configured one, filled with
invented rows, and dropped.
"""
