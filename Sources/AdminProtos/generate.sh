#!/bin/sh
# Writes Generated/ anew from Protos/. Run by `make protos`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../../.ci/generate-protos" "$here"
