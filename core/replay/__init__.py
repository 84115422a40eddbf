"""A fall of the past, lived through with today's coins and today's hedge.

`tracks` puts the prices of then on common moments, `fall` moves coins and shorts along them.

Everything is pure and, inside, float64. The room may use the plan (`core.hedge`) and what that stands on.
"""
