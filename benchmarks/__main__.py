"""Run benchmarks: `python -m benchmarks [name ...]`, all of them without a name."""

import importlib
import pkgutil
import sys

import benchmarks


def names() -> list[str]:
    """List the benchmark modules."""
    return sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__) if not found.name.startswith("_"))


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
