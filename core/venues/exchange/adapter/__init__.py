"""The one adapter over ccxt: calls, circuits, and what is read of the answers or refused by name."""
