"""Whole sentences, as people write them to a person: `close my hedge`, `what if btc drops 30%`.

`vocabulary` turns words into a few concepts, `table` has the sentences that are known and what each means,
`meaning` puts both together. A sentence is understood only where every word of it is: nothing is left out to
make it fit. May use the rest of `bot.reading` and the nouns of `core`.
"""
