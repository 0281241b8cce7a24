-- Whether what a rule misses can be seen or measured on the street: only that is worth a walk.
ALTER TABLE registry.rule ADD COLUMN asks_on_site boolean NOT NULL DEFAULT true;
ALTER TABLE history.rule ADD COLUMN asks_on_site boolean;
