"""What a portfolio is worth and how it moves. Pure: numpy, and nothing above the nouns."""
