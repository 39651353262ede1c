"""What is measured of that which the page computes by itself."""
