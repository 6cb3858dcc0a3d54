#!/bin/sh
# Writes Generated/ anew from Protos/. Run by `make protos`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../../.ci/generate-protos" "$here" \
  api/greeter.proto grpc/health/v1/health.proto grpc/reflection/v1/reflection.proto \
  grpc/reflection/v1alpha/reflection.proto
