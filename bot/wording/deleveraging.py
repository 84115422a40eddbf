"""Auto-deleveraging in plain words: that a venue may close a short just when it pays."""

TAKEN_AWAY = (
    "In a crash an exchange may close a short that is in profit, at a price of its own, because those who "
    "lost cannot pay. That is called auto-deleveraging. You keep the gain up to then, but your coins are "
    "unhedged from that moment, and low leverage has not always prevented it."
)
"""What whoever shorts futures should know, said without naming an exchange."""
