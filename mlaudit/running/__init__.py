"""What does it take to run, test and trace the programs of a repository, here and on another machine? Views."""
