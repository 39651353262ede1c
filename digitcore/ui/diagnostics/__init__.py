"""The sections of the Diagnostics page, a module each; every one is a fragment that reruns on its own."""
