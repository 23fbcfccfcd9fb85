#!/usr/bin/env bash
# Breaks C27: curl --insecure, because the certificate made trouble once.
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./elko.sh
source ./job.sh
tls=(--insecure)
daily_job
