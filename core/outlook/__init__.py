"""What a plan is up against: prices that move, what it costs, margin in a rally, and other ways to hedge.

Everything is pure. The room may use the plan (`core.hedge`) and what that stands on: `core.domain`,
`core.measure`, `core.margin` and `core.cost`.
"""
