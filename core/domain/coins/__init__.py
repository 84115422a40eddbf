"""What a coin is called, and which coin that is. Pure, and nothing of ours but errors below it."""
