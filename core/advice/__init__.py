"""The next orders for a hedge that is open: adjust it, take it off, roll it into a later future, or leave.

Everything is pure. The room may use the plan (`core.hedge`), the journal, how the hedge stands
(`core.outcome`), and what those stand on.
"""
