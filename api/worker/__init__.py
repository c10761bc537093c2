"""The worker: claims jobs, composes problems, solves them in a child process, stores plans."""
