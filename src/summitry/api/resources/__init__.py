"""What can be read, by subject: each composes the queries of one room."""
