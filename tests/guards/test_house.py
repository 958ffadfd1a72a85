"""The house rules that no linter knows."""

import ast
import re
from pathlib import Path

from tests.guards.source import modules, texts

MOST_LINES = {"src": 480, "tests": 700}
"""Lines of a file: one subject each, about 400. Tables of examples may be longer."""
EDGES = {Path("cli/main.py"), Path("tui/jobs.py"), Path("tui/background.py")}
"""Where whatever comes may be caught: the command line's end, a worker's, the sync thread's."""

REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "cond" + "a.io")
MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|Us" + r"ers)/\w+|/tm" + r"p/[a-z]\w*"
)
BANNED = (
    "verify=" + "False",
    "shell=" + "True",
    "import pick" + "le",
    "yaml.lo" + "ad(",
    "os.sys" + "tem",
)


def test_packages_hold_a_docstring_and_nothing_else() -> None:
    full = [
        path
        for path, tree in modules()
        if path.name == "__init__.py" and (len(tree.body) != 1 or not ast.get_docstring(tree))
    ]
    assert full == []


def test_every_module_class_and_public_function_says_what_it_is() -> None:
    silent = []
    for path, tree in modules():
        if not ast.get_docstring(tree):
            silent.append(f"{path}")
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        inside = [node for one in classes if not one.name.startswith("_") for node in one.body]
        for node in (*tree.body, *inside):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                continue
            variant = any(ast.unparse(mark) == "overload" for mark in node.decorator_list)
            if not variant and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path}:{node.lineno} {node.name}")
    assert silent == []


def test_no_file_has_grown_past_one_subject() -> None:
    long = {
        str(path): text.count("\n")
        for path, text in texts()
        if path.suffix == ".py" and text.count("\n") > MOST_LINES.get(path.parts[0], 1000)
    }
    assert long == {}


def test_only_the_two_edges_catch_everything() -> None:
    found = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    }
    assert found <= EDGES


def test_nothing_is_called_a_manager_a_helper_or_utilities() -> None:
    vague = re.compile(r"(Manager|Helpers?|Utils?|Utility)$|^(utils|helpers|misc|common)$")
    found = [
        f"{path} {name}"
        for path, tree in modules()
        for name in [path.stem, *(n.name for n in ast.walk(tree) if isinstance(n, ast.ClassDef))]
        if vague.search(name)
    ]
    assert found == []


def test_the_domain_reads_no_clock_no_file_and_no_environment() -> None:
    asked = {"now", "today", "utcnow", "open", "getenv", "environ", "read_text", "time_ns"}
    modules_of_the_world = {"os", "pathlib", "time", "socket", "subprocess", "random", "secrets"}
    found = []
    for path, tree in modules():
        if path.parts[0] != "domain":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names]
                roots = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
                found += [f"{path} {r}" for r in roots if r.split(".")[0] in modules_of_the_world]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                root = node.func.value
                of_a_class = isinstance(root, ast.Name) and root.id in {"datetime", "date"}
                if of_a_class and node.func.attr in asked:
                    found.append(f"{path}:{node.lineno} {ast.unparse(node.func)}")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "open"
            ):
                found.append(f"{path}:{node.lineno} open")
    assert found == []


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = []
    for path, text in texts():
        for number, line in enumerate(text.splitlines(), start=1):
            if any(host in line for host in REGISTRIES) or MACHINE_PATHS.search(line):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    assert found == []


def test_no_source_uses_what_is_never_safe() -> None:
    found = [
        f"{path}: {banned}"
        for path, text in texts()
        if path.suffix == ".py" and path.parts[0] != "tests"
        for banned in BANNED
        if banned in text
    ]
    found += [
        f"{path}:{node.lineno} {node.func.id}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"eval", "exec"}
    ]
    assert found == []


def test_no_type_check_is_switched_off_without_naming_it() -> None:
    blanket = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)|#\s*mypy:\s*ignore-errors")
    found = [
        f"{path}:{number}"
        for path, text in texts()
        if path.suffix == ".py" and path.parts[0] == "src"
        for number, line in enumerate(text.splitlines(), start=1)
        if blanket.search(line)
    ]
    assert found == []
