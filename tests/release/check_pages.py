# SPDX-License-Identifier: Apache-2.0
"""Renders the golden pages in headless Chromium, in both languages.

usage: check_pages.py SOURCE_DIR OUTPUT_DIR

What a browser makes of each page is written to OUTPUT_DIR (screenshot, and the
page as it prints) and its tree is looked at: language, headings, landmarks,
anchors, table headers, and that nothing is loaded from anywhere. Exit code 77
means skipped: no Chromium is installed.
"""
import html.parser
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT, OUTPUT = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
GOLDEN = ROOT / "tests/golden/release"
PAGES = ("anonymized.manifest", "continuing.manifest", "joint_use.manifest",
         "anonymized.notice", "joint_use", "purpose_change",
         "impact_assessment", "releases")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link",
        "meta", "source", "track", "wbr"}
# Attributes that make a browser fetch something.
FETCHING = {"src", "srcset", "data", "poster", "background", "action",
            "formaction", "manifest", "ping", "srcdoc"}


class Tree(html.parser.HTMLParser):
    """What the checks need to know of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.headings = [], [], []
        self.lang = self.title = self.csp = None
        self.wrong, self.open, self.scopes = [], [], []
        self.links, self.referred, self.captions = [], [], 0

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.lang = values.get("lang")
        if values.get("http-equiv", "").lower() == "content-security-policy":
            self.csp = values.get("content")
        if "id" in values:
            self.ids.append(values["id"])
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        if tag == "th":
            self.scopes.append(values.get("scope"))
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if "aria-labelledby" in values:
            self.referred.append(values["aria-labelledby"])
        for name, value in attributes:
            if name in FETCHING or name.startswith("on"):
                self.wrong.append(f"<{tag} {name}>")
            if name == "style" and "url(" in (value or ""):
                self.wrong.append(f"<{tag} style> with a url")

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        inside = self.open[-1] if self.open else ""
        if inside == "title":
            self.title = (self.title or "") + data
        if inside == "style" and ("url(" in data or "@import" in data):
            self.wrong.append("a style that loads something")


def chromium(*arguments):
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [shutil.which("chromium"), "--headless=new", "--no-sandbox",
             "--disable-gpu", "--disable-background-networking",
             "--no-first-run", "--hide-scrollbars",
             "--host-resolver-rules=MAP * ~NOTFOUND",
             f"--user-data-dir={profile}", *arguments],
            capture_output=True, timeout=120, check=True).stdout.decode()


def faults(tree, language, path):
    """Sentences, one for each thing that is wrong with the page."""
    if tree.lang != language:
        yield f"its language is {tree.lang}"
    if not tree.title:
        yield "it has no title"
    if tree.headings.count(1) != 1 or tree.headings[0] != 1:
        yield "it does not begin with the one h1"
    for above, below in zip(tree.headings, tree.headings[1:]):
        if below > above + 1:
            yield f"h{below} follows h{above}"
    for landmark in ("header", "main"):
        if tree.tags.count(landmark) != 1:
            yield f"it has {tree.tags.count(landmark)} <{landmark}>"
    if len(set(tree.ids)) != len(tree.ids):
        yield "two elements have one id"
    for reference in tree.referred:
        if reference not in tree.ids:
            yield f"nothing has the id {reference}"
    if None in tree.scopes:
        yield "a table header has no scope"
    if tree.tags.count("table") != tree.tags.count("caption"):
        yield "a table has no caption"
    for tag in ("script", "img", "iframe", "link", "object", "embed", "form"):
        if tag in tree.tags:
            yield f"it has <{tag}>"
    yield from tree.wrong
    if "default-src 'none'" not in (tree.csp or ""):
        yield "no policy forbids requests"
    for link in tree.links:
        if not link.startswith(("https://", "http://", "mailto:", "tel:", "#")):
            yield f"it links to {link}"


def check(name, language, anchors):
    path = GOLDEN / f"{name}.{language}.html"
    shot = OUTPUT / f"{name}.{language}.png"
    paper = OUTPUT / f"{name}.{language}.pdf"
    chromium("--window-size=900,3000", f"--screenshot={shot}", path.as_uri())
    tree = Tree()
    tree.feed(chromium("--dump-dom", path.as_uri()))
    yield from faults(tree, language, path)
    if not shot.is_file() or shot.stat().st_size < 10_000:
        yield "it was not drawn"
    if "manifest" in name:
        chromium("--no-pdf-header-footer", f"--print-to-pdf={paper}",
                 path.as_uri())
        if paper.read_bytes()[:5] != b"%PDF-":
            yield "it does not print"
    # A link to an item leads to the same item in either language.
    items = [i for i in tree.ids if i.startswith("item-")]
    if items != anchors.setdefault(name, items):
        yield "its anchors are not those of the other language"
    if not items and name not in ("purpose_change", "releases"):
        yield "no item has an anchor"


def main():
    if shutil.which("chromium") is None:
        print("SKIPPED: chromium is not installed")
        return 77
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    failures, anchors = [], {}
    for name in PAGES:
        for language in ("ja", "en"):
            for fault in check(name, language, anchors):
                failures.append(f"{name}.{language}.html: {fault}")
    print("\n".join(failures) or f"{2 * len(PAGES)} pages in {OUTPUT}")
    return 1 if failures else 0


sys.exit(main())
