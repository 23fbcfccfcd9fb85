"""Generated calls: schemathesis over the contract, its checks tuned to the service's conventions, on our own line."""
