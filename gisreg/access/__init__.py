"""Who may see and do what: people, roles, sessions, keys, and the signed statement of who acts."""
