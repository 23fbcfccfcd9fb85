"""Reports of a verdict: console, JSON, JUnit, one HTML page, a badge."""
