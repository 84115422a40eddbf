"""The nouns that every other room speaks in: coins, holdings, contracts, positions, prices, and errors.

Everything here is pure: values go in and values come out, without files, network or a clock. The room may use
the standard library and numpy, and imports no other room of the program. `Market` and `CloseStore` are only
protocols here; what they promise is carried out in `core.venues` and `core.store`.
"""
