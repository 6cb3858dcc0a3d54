#!/bin/sh
# Writes Generated/ anew from Protos/, with protoc and the generators at the versions that the
# package resolves. Run by `make protos`; needs nothing but a Swift toolchain and protoc.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
protos=$here/Protos
generated=$here/Generated
# What gRPC reflection tells: see GRPCServices.
reflected="api/greeter.proto grpc/health/v1/health.proto grpc/reflection/v1/reflection.proto
  grpc/reflection/v1alpha/reflection.proto"

cd "$root"
swift build --product protoc-gen-swift >&2
swift build --product protoc-gen-grpc-swift-2 >&2
bin=$(swift build --show-bin-path)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/generated"
options=Visibility=Package,FileNaming=PathToUnderscores,UseAccessLevelOnImports=true

cd "$protos"
files=$(find . -name '*.proto' | sed 's,^\./,,' | LC_ALL=C sort)
# No quotes: one argument a file.
protoc --proto_path=. \
  --plugin="$bin/protoc-gen-swift" \
  --swift_out="$work/generated" --swift_opt="$options" \
  --plugin="$bin/protoc-gen-grpc-swift-2" \
  --grpc-swift-2_out="$work/generated" --grpc-swift-2_opt="$options" \
  $files
protoc --proto_path=. --descriptor_set_out="$work/reflected.pb" $reflected

# A file without a service leaves a gRPC file that declares nothing.
for file in "$work"/generated/*.grpc.swift; do
  grep -q '^package enum' "$file" || rm "$file"
done

{
  echo '// Written by generate.sh; don'"'"'t edit.'
  echo '// swift-format-ignore-file'
  echo
  echo '/// A serialized FileDescriptorSet of the files whose services Weir lists by reflection.'
  echo 'package let reflectedDescriptorSet: [UInt8] = ['
  od -An -v -tx1 -w16 "$work/reflected.pb" | sed 's/ \(..\)/0x\1, /g; s/ $//; s/^/  /'
  echo ']'
} >"$work/generated/ReflectedDescriptorSet.swift"

rm -rf "$generated"
mv "$work/generated" "$generated"
echo "generate.sh: $(ls "$generated" | wc -l) files in $generated" >&2
