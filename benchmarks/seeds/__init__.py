"""Trainings with several seeds."""
