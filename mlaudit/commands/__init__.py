"""What do the commands do that change files or run beside an audit? One module each."""
