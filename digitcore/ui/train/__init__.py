"""The Train page: the form, the panel that follows a job, its result, the table of runs."""
