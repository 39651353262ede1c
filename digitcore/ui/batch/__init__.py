"""The Batch page: files read in the background, and what came out of them."""
