"""One function for each rule, one module for each family. They open nothing, parse nothing, print nothing."""
