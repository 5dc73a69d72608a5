"""Reading the access log: one's own actions, and the data protection lead's search."""
