"""What everything else rests on: errors, settings, image and number conventions, npz reading, text, PNG, the clock.

Rests on nothing of ours.
"""
