"""People's own digits: kept with their labels, shared with a class, and read by what is like them."""
