"""The first page of the day: what needs somebody, what runs, what comes."""
