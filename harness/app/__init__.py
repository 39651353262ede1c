"""The app in a browser, as people use it: pointers, the Train page, what axe-core finds."""
