"""The Draw page: canvas, live panel, test digits and pictures, the steps from drawing to 28x28."""
