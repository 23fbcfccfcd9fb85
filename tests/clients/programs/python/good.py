"""The daily job as it should be."""

from daily_job import main

main()
