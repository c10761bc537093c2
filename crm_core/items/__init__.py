"""Items: what is sold, at which price, and what must be in stock where."""
