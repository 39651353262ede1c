"""What one visitor costs, measured, and how many machines many visitors take, simulated."""
