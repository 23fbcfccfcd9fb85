"""The rules, one file each; the registry finds what is here."""
