"""Run benchmarks: `python -m benchmarks [name ...]`, all of them without a name."""

import importlib
import sys
from pathlib import Path


def names() -> list[str]:
    """List the modules beside this one that can be run; others serve them."""
    modules = sorted(Path(__file__).parent.glob("[!_]*.py"))
    return [module.stem for module in modules if "\ndef main(" in module.read_text(encoding="utf-8")]


def main() -> None:
    """Run the named benchmarks, or all; exit with 2 where a name is unknown."""
    wanted = sys.argv[1:] or names()
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(names())}", file=sys.stderr)
        sys.exit(2)
    for name in wanted:
        print(f"== {name}", flush=True)
        # A benchmark that reads arguments of its own must not take the names for them.
        sys.argv = [name]
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
