# SPDX-License-Identifier: Apache-2.0
"""Golden manifests against docs/schema/manifest-1.schema.json.

Also spoils each manifest in ways the schema must refuse. Exit code 77 means
skipped: no Python jsonschema that knows draft 2020-12 is installed.
"""
import copy
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("SKIPPED: Python package jsonschema (4 or later) is not installed")
    sys.exit(77)

ROOT = pathlib.Path(sys.argv[1])
SCHEMA = json.loads((ROOT / "docs/schema/manifest-1.schema.json").read_text())
Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = Draft202012Validator(SCHEMA)


def spoiled(manifest):
    """Yields (what is wrong, manifest) pairs."""

    def change(what, edit):
        copied = copy.deepcopy(manifest)
        edit(copied)
        return what, copied

    for member in SCHEMA["required"]:
        yield change(f"no {member}", lambda m: m.pop(member))
    yield change("unknown member", lambda m: m.update(k=5))
    yield change("English only",
                 lambda m: m["publisher"]["name"].pop("ja"))
    yield change("unknown technique",
                 lambda m: m["processing_summary"]["techniques"][0].update(
                     technique="encrypt"))
    yield change("parameter of a technique",
                 lambda m: m["processing_summary"]["techniques"][0].update(
                     level=3))
    yield change("the other kind", lambda m: m.update(
        kind="pseudonymized_personal_information"
        if m["kind"].startswith("anonymized")
        else "anonymized_personal_information"))


def main():
    manifests = sorted((ROOT / "tests/golden/release").glob("*.manifest.json"))
    failures = [] if len(manifests) == 2 else ["two golden manifests expected"]
    for path in manifests:
        manifest = json.loads(path.read_text())
        for error in VALIDATOR.iter_errors(manifest):
            failures.append(f"{path.name}: {error.json_path}: {error.message}")
        for what, wrong in spoiled(manifest):
            if VALIDATOR.is_valid(wrong):
                failures.append(f"{path.name}: the schema accepts {what}")
    print("\n".join(failures) or f"{len(manifests)} manifests validate")
    return 1 if failures else 0


sys.exit(main())
