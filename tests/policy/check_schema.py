# SPDX-License-Identifier: Apache-2.0
"""Checks docs/schema/policy-1.schema.json against policies good and bad.

usage: check_schema.py SOURCE_DIR

Good: examples/*.yaml and tests/policy/good/*. Bad: tests/policy/bad/*.yaml,
whose first line says whether the schema sees the mistake ("# schema: refuses")
or only the program does ("# schema: accepts"). Exit code 77: skipped.
"""
import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"SKIPPED: {missing.name} is not installed")
    sys.exit(77)


class Yaml12Loader(yaml.SafeLoader):
    """PyYAML reads YAML 1.1, where 2026-10-01 is no text and no is false."""


Yaml12Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
     list("-+.0123456789")),
):
    Yaml12Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


def main(root):
    schema = json.loads((root / "docs/schema/policy-1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.FormatChecker())

    def errors_of(path):
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            policy = yaml.load(text, Loader=Yaml12Loader)
        except yaml.YAMLError as error:
            return [f"not YAML: {error}"]
        return [f"{error.json_path}: {error.message}"
                for error in validator.iter_errors(policy)]

    failures = []
    good = [*(root / "examples").glob("*.yaml"),
            *(root / "tests/policy/good").iterdir()]
    for path in sorted(good):
        failures += [f"{path.name}: {error}" for error in errors_of(path)]
    bad = sorted((root / "tests/policy/bad").glob("*.yaml"))
    for path in bad:
        claim = path.read_bytes().split(b"\n", 1)[0].decode()
        if claim not in ("# schema: refuses", "# schema: accepts"):
            failures.append(f"{path.name}: the first line must be a claim")
        elif (claim == "# schema: refuses") != bool(errors_of(path)):
            failures.append(f"{path.name}: its claim '{claim}' is wrong")
    print(*failures, sep="\n")
    print(f"{len(good)} good and {len(bad)} bad policies, "
          f"{len(failures)} failures")
    return 1 if failures or not good or not bad else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
