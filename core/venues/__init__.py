"""Where figures come from: exchanges, catalogues of regulated futures, and a simulated market.

All of them are a `Market` (`core.domain.market`), and whoever needs figures asks for that alone. Only
`exchange` knows ccxt. The room may use `core.machine`, `core.margin` and the nouns, and no database.
"""
