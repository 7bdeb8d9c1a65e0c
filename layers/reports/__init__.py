"""Rows → what a person reads: the words of the board, and the same on paper and in sheets.

Pages and files read the same functions, so that no number on paper is another than on the screen.
"""
