// The target begins here; taken away when the first type is there.
