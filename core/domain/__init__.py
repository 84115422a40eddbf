"""The nouns: coins, holdings, contracts, positions, prices, and what can go wrong.

Pure, and it imports nothing of ours.
"""
