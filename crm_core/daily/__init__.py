"""The daily jobs: what is done once a day of the company, once and to the end."""
