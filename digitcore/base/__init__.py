"""What everything else rests on: errors, settings, image and number conventions, files and locks, text, PNG, the clock.

Rests on nothing of ours.
"""
