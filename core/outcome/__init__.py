"""How a hedge went: how it stands now, its report card, and where it missed its aim.

`course` follows prices and amounts, `life` puts an episode together from them, `trade` turns fills into
coins, `received` adds up funding, `miss` splits the result into its causes, `effect` measures the days.
`standing` and `report` are what answers show; `archive` keeps a report as text; `reached` finds liquidations.

Everything is pure and, but for `effect`, exact. The room may use `core.domain`, `core.margin` and
`core.journal`, and nothing else of the program.
"""
