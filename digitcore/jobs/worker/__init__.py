"""What runs in the worker: the training of a job, what it reports, and getting ready for the first one."""
