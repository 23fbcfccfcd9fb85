"""elko-mock: a contract-testing mock server and toolkit for the ELKO eCom API v3.0."""
