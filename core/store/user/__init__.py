"""What is stored about one user; no call here reads or changes the rows of another."""
