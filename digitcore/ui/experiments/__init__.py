"""The Experiments page: all of them, and one screen for each, from the prediction to what happened."""
