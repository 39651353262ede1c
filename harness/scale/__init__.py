"""How many machines a day's visitors need, simulated from what one visitor costs."""
