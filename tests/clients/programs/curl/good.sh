#!/usr/bin/env bash
# The daily job as it should be.
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./elko.sh
source ./job.sh
daily_job
