"""Tools that tests and benchmarks share: the app in a browser, drawn digits, photographs, made-up files."""
