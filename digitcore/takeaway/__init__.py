"""A run to take along: one HTML file that reads digits in any browser, with no server and no network."""
