"""Objects that leave the registry as files, under the actor's own scope, and the register of them."""
