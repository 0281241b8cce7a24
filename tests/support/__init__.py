"""What tests of every room share: the throw-away cluster and its databases."""
