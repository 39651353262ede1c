"""Small changes to the code, made to see which the tests notice: where they can be made, which tests to ask, running.

Imports nothing of digitcore: the tests run in processes that load a changed copy of it.
"""
