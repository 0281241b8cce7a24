"""HTTP: routers, OGC services, pages. No SQL, no rules of the trade."""
