"""What a coin is called, which coin that is, and where it lies. Pure; of the room it uses errors alone."""
