"""What happened on the wire, as plain values: messages, exchanges, the pipeline they pass, the journal they end in."""
