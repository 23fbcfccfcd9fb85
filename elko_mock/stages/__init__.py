"""The steps a call passes, one file each; none knows another."""
