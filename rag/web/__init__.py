"""Pages of the web, fetched safely and politely: addresses, connections, requests, visits; and how a page is kept as a file."""
