"""What is kept of the market for everybody: daily closes, collateral, and the last figures of venues."""
