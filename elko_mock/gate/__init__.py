"""Access as the eCom page grants it: terms, addresses, the one token, the limit. Pure rules over instants."""
