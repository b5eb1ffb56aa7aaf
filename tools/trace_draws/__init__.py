"""Where does a program really draw random numbers, and was the stream seeded by then? Found by running it."""
