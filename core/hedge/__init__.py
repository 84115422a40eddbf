"""The plan that answers a wish: which contracts to short, how many, and the orders for it. Pure."""
