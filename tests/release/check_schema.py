# SPDX-License-Identifier: Apache-2.0
"""Golden manifests and notices against the published schemas.

Also spoils each document in ways its schema must refuse. Exit code 77 means
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
GOLDEN = ROOT / "tests/golden/release"
ANONYMIZED = "anonymized_personal_information"
PSEUDONYMIZED = "pseudonymized_personal_information"


def change(what, document, edit):
    """A (what is wrong, document) pair, if there is anything to edit."""
    copied = copy.deepcopy(document)
    edit(copied)
    return what, copied


def spoiled(document, required):
    """What either schema must refuse."""
    for member in required:
        yield change(f"no {member}", document, lambda m: m.pop(member))
    yield change("unknown member", document, lambda m: m.update(k=5))
    yield change("the other kind", document, lambda m: m.update(
        kind=PSEUDONYMIZED if m["kind"] == ANONYMIZED else ANONYMIZED))


def spoiled_manifests(manifest):
    def wrong(what, edit):
        return change(what, manifest, edit)

    yield wrong("English only", lambda m: m["publisher"]["name"].pop("ja"))
    yield wrong("unknown technique",
                lambda m: m["processing_summary"]["techniques"][0].update(
                    technique="encrypt"))
    yield wrong("parameter of a technique",
                lambda m: m["processing_summary"]["techniques"][0].update(
                    level=3))
    yield wrong("version 0", lambda m: m.update(version=0))
    yield wrong("provision before publication", lambda m: (
        m.pop("published_at", None),
        m.update(first_provision_at="2026-12-01")))
    yield wrong("a script for an address", lambda m: m.update(
        url="javascript:alert(1)"))
    if "creators" in manifest:
        yield wrong("nobody answers", lambda m: [
            c.update(answers=False) for c in m["creators"]["creators"]])
        yield wrong("two answer", lambda m: [
            c.update(answers=True) for c in m["creators"]["creators"]])
    if "exclusion_procedure" in manifest:
        yield wrong("exclusion without a day", lambda m:
                    m["exclusion_procedure"].pop("cut_off"))
        yield wrong("exclusion without a way", lambda m: (
            m["exclusion_procedure"].pop("url", None),
            m["exclusion_procedure"].pop("phone", None),
            m["exclusion_procedure"].pop("email", None)))
    if "joint_use" in manifest:
        for member in ("items", "range", "purpose", "responsible"):
            yield wrong(f"joint use without {member}",
                        lambda m: m["joint_use"].pop(member))
    if manifest["kind"] == PSEUDONYMIZED:
        yield wrong("provision of pseudonymized information", lambda m:
                    m.update(first_provision_at="2026-12-01",
                             published_at="2026-12-01"))


def spoiled_notices(notice):
    def wrong(what, edit):
        return change(what, notice, edit)

    yield wrong("a digest cut off",
                lambda m: m["data_set"].update(sha256="2c26"))
    yield wrong("another folder", lambda m: m["data_set"].update(file="../x"))
    yield wrong("no duty", lambda m: m.update(duties=[]))
    yield wrong("an unknown duty",
                lambda m: m["duties"][0].update(duty="none"))


def check(schema_name, pattern, number, more):
    schema = json.loads((ROOT / "docs/schema" / schema_name).read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    documents = sorted(GOLDEN.glob(pattern))
    failures = []
    if len(documents) != number:
        failures.append(f"{number} golden {pattern} expected")
    for path in documents:
        document = json.loads(path.read_text())
        for error in validator.iter_errors(document):
            failures.append(f"{path.name}: {error.json_path}: {error.message}")
        for what, wrong in [*spoiled(document, schema["required"]),
                            *more(document)]:
            if validator.is_valid(wrong):
                failures.append(f"{path.name}: the schema accepts {what}")
    return failures


def main():
    failures = check("manifest-1.schema.json", "*.manifest.json", 4,
                     spoiled_manifests)
    failures += check("recipient-notice-1.schema.json", "*.notice.json", 4,
                      spoiled_notices)
    print("\n".join(failures) or "all documents validate")
    return 1 if failures else 0


sys.exit(main())
