"""The plan that answers a wish: which contracts to short, how many, and the orders that lead there.

The way through the room is `wish` (what was asked for), `study` (how the coins move together), `unseen` and
`method` (which legs, and how much of each), `rounding` and `size` (whole contracts), `leg` (margin and
leverage of each), `plan` (all of it, giving a `hedge.Hedge`), and `ticket` (what to type at the venue).

Everything is pure. The room may use `core.domain`, `core.measure`, `core.margin`, `core.cost`, and the facts
of `core.journal`. It knows nothing of venues that answer, of a store, or of how an answer is worded.
"""
