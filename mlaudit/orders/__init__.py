"""Where does an order, a hash or the clock decide what should not hang on it? Local views over the code."""
