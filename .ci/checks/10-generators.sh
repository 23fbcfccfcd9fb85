# Client generators read the vendored document without an error.
# limit: 300
exec bash .ci/check_generators.sh
