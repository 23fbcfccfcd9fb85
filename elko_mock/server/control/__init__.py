"""The control plane below /_elko/ and /__admin/: worlds, clocks, faults, journals, the self-service page."""
