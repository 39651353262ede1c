"""A class in the browser: the door, the teacher's page, and what everybody's page asks of the server."""
