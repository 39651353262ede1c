"""Tools that tests and benchmarks share: the app in a browser or a shell, drawn digits, made-up files, targets."""
