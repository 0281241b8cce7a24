"""Dead cable: cases from a suspicion over notice, claim and removal to disposal."""
