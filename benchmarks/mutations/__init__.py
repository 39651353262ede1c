"""Which small changes to the code the unit tests notice; `may_live.toml` lists those that they need not."""
