"""The verdict on a run, in each form it is read in."""
