"""The mock server: stages in order, Connexion, handlers, control plane, uvicorn."""
