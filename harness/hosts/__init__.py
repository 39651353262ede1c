"""Machines that are none: network namespaces of this one, with a line to each that can be cut."""
