#!/usr/bin/env python3
"""Holds Weir's own .proto files against the published ones.

Weir's schema is a subset, written by hand, of Envoy's and gRPC's. Every message, field (name,
number, type, label, type name, oneof), enum value and method in it must be in the originals too,
which come from the packages in Tests/requirements.txt. Also holds the descriptors that Weir tells
by gRPC reflection, Sources/XDSProtos/Generated/ReflectedDescriptorSet.swift, against the files.

usage: schema.py [PROTOS]     exit status 1 and a line per mismatch where there is one
"""

import importlib
import pathlib
import re
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import FieldDescriptor
from grpc_tools import protoc
import grpc_tools

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTOS = ROOT / "Sources/XDSProtos/Protos"
REFLECTED = ROOT / "Sources/XDSProtos/Generated/ReflectedDescriptorSet.swift"

# grpcio-reflection publishes v1alpha only; v1 differs from it by the package's name alone.
PUBLISHED_AS = {"grpc.reflection.v1": "grpc.reflection.v1alpha"}
MODULES = {
    "grpc.health.v1": ["grpc_health.v1.health_pb2"],
    "grpc.reflection.v1alpha": ["grpc_reflection.v1alpha.reflection_pb2"],
    "google.rpc": ["google.rpc.status_pb2"],
}
# The workload's service is published nowhere; clients of the dubbogo-cli template speak it.
GREETER = """
syntax = "proto3";
package api;
service Greeter {
  rpc SayHello(HelloRequest) returns (User);
  rpc SayHelloStream(stream HelloRequest) returns (stream User);
}
message HelloRequest { string name = 1; }
message User { string name = 1; string id = 2; int32 age = 3; }
"""


def compile_protos(folder, names):
    """The FileDescriptorSet of the named files, without those they import."""
    include = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    with tempfile.TemporaryDirectory() as work:
        output = pathlib.Path(work) / "descriptors.pb"
        arguments = [f"--proto_path={folder}", f"--proto_path={include}"]
        status = protoc.main(
            ["protoc", *arguments, f"--descriptor_set_out={output}", *names]
        )
        if status != 0:
            sys.exit(f"schema.py: protoc refused the files in {folder}")
        return descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes())


def pool_of(*descriptor_sets):
    """A pool of their files, in whatever order their imports need."""
    pool = descriptor_pool.DescriptorPool()
    database = {file.name: file for files in descriptor_sets for file in files.file}
    added = set()

    def add(name):
        if name in added:
            return
        added.add(name)
        if name not in database:
            module = name.removesuffix(".proto").replace("/", ".") + "_pb2"
            proto = descriptor_pb2.FileDescriptorProto()
            importlib.import_module(module).DESCRIPTOR.CopyToProto(proto)
            database[name] = proto
        for dependency in database[name].dependency:
            add(dependency)
        pool.Add(database[name])

    for name in list(database):
        add(name)
    return pool


def published_pool(packages):
    """Imports what was published for these packages."""
    for package in packages:
        package = PUBLISHED_AS.get(package, package)
        if package in MODULES:
            modules = MODULES[package]
        else:
            folder = importlib.import_module(package).__path__[0]
            modules = [
                f"{package}.{file.stem}" for file in pathlib.Path(folder).glob("*_pb2.py")
            ]
        for module in modules:
            importlib.import_module(module)
    return descriptor_pool.Default()


def type_name(field):
    """The full name of the field's message or enum type, as published; None for a scalar."""
    kind = field.message_type or field.enum_type
    return published_name(kind.full_name) if kind else None


def published_name(name):
    for ours, theirs in PUBLISHED_AS.items():
        if name.startswith(ours + "."):
            return theirs + name[len(ours):]
    return name


def oneof_name(field):
    return field.containing_oneof.name if field.containing_oneof else None


def packed(field):
    return getattr(field, "is_packed", None)


FIELD_PROPERTIES = {
    "number": lambda field: field.number,
    "type": lambda field: field.type,
    "repeated": lambda field: field.is_repeated,
    "presence": lambda field: field.has_presence,
    "packing": packed,
    "JSON name": lambda field: field.json_name,
    "type name": type_name,
    "oneof": oneof_name,
}


class Referee:
    def __init__(self, published):
        self.published = published
        self.mismatches = []
        self.counts = {"messages": 0, "fields": 0, "enum values": 0, "methods": 0}

    def say(self, where, found, wanted):
        self.mismatches.append(f"{where}: found {found}; want {wanted}")

    def find(self, kind, ours):
        """The published descriptor of the same name, or None and a mismatch."""
        name = published_name(ours.full_name)
        try:
            return getattr(self.published, f"Find{kind}ByName")(name)
        except KeyError:
            self.say(ours.full_name, f"a {kind}", "what was published, which has none of that name")
            return None

    def check_file(self, file):
        for message in file.message_types_by_name.values():
            self.check_message(message)
        for enum in file.enum_types_by_name.values():
            self.check_enum(enum)
        for service in file.services_by_name.values():
            self.check_service(service)

    def check_message(self, ours):
        theirs = self.find("MessageType", ours)
        if theirs is None:
            return
        self.counts["messages"] += 1
        if ours.GetOptions().map_entry != theirs.GetOptions().map_entry:
            self.say(ours.full_name, "map and message", "one of them")
        for field in ours.fields:
            self.check_field(field, theirs)
        for nested in ours.nested_types:
            self.check_message(nested)
        for enum in ours.enum_types:
            self.check_enum(enum)

    def check_field(self, ours, message):
        self.counts["fields"] += 1
        theirs = message.fields_by_name.get(ours.name)
        if theirs is None:
            self.say(ours.full_name, f"field {ours.number}", "no field of that name")
            return
        for name, read in FIELD_PROPERTIES.items():
            if read(ours) != read(theirs):
                self.say(ours.full_name, f"{name} {read(ours)}", read(theirs))

    def check_enum(self, ours):
        theirs = self.find("EnumType", ours)
        if theirs is None:
            return
        for value in ours.values:
            self.counts["enum values"] += 1
            wanted = theirs.values_by_name.get(value.name)
            if wanted is None or wanted.number != value.number:
                self.say(
                    f"{ours.full_name}.{value.name}",
                    value.number,
                    wanted.number if wanted else "no value of that name",
                )

    def check_service(self, ours):
        theirs = self.find("Service", ours)
        if theirs is None:
            return
        for method in ours.methods:
            self.counts["methods"] += 1
            wanted = theirs.methods_by_name.get(method.name)
            if wanted is None or signature(method) != signature(wanted):
                self.say(
                    method.full_name,
                    signature(method),
                    signature(wanted) if wanted else "no method of that name",
                )


def signature(method):
    """Such as `stream a.Request returns b.Response`."""

    def part(kind, streams):
        return ("stream " if streams else "") + published_name(kind.full_name)

    request = part(method.input_type, method.client_streaming)
    return f"{request} returns {part(method.output_type, method.server_streaming)}"


def check_reflected(referee, compiled):
    """The Swift file's bytes are those of the compiled files."""
    digits = re.findall(r"0x([0-9a-f]{2})", REFLECTED.read_text())
    reflected = descriptor_pb2.FileDescriptorSet.FromString(bytes.fromhex("".join(digits)))
    files = {file.name: file for file in compiled.file}
    if not reflected.file:
        referee.say(REFLECTED.name, "no file", "a descriptor set")
    for file in reflected.file:
        if file != files.get(file.name):
            referee.say(REFLECTED.name, f"an old {file.name}", "what `make protos` writes")


def check(folder=PROTOS):
    """Lines of mismatches, and a line that sums up what was compared."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.proto"))
    if not names:
        sys.exit(f"schema.py: no .proto file in {folder}")
    compiled = compile_protos(folder, names)
    ours = pool_of(compiled)

    with tempfile.TemporaryDirectory() as work:
        (pathlib.Path(work) / "greeter.proto").write_text(GREETER)
        greeter = Referee(pool_of(compile_protos(work, ["greeter.proto"])))

    referee = Referee(published_pool({file.package for file in compiled.file} - {"api"}))
    for file in compiled.file:
        judge = greeter if file.package == "api" else referee
        judge.check_file(ours.FindFileByName(file.name))
    check_reflected(referee, compiled)

    counts = ", ".join(
        f"{count + greeter.counts[name]} {name}" for name, count in referee.counts.items()
    )
    return referee.mismatches + greeter.mismatches, f"{len(names)} files, {counts}"


def main():
    mismatches, counts = check(*map(pathlib.Path, sys.argv[1:2]))
    for line in mismatches:
        print(line)
    print(f"schema: {counts}; {len(mismatches)} mismatches")
    sys.exit(1 if mismatches else 0)


if __name__ == "__main__":
    main()
