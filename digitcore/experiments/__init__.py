"""Lessons that begin with a prediction: what is asked, which trainings answer it, what is measured, what is claimed.

Rests on `inference` and what is below. An experiment is a file (`reader`), what came of it an `Outcome`.
"""
