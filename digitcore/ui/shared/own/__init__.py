"""Who this session is, and by which examples of its own its drawings are read."""
