"""Files in which people declare what they need."""
