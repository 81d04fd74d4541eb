"""What a set must be, by lists that somebody vouches for, wherever among its copies they still stand whole.

A list in a damaged copy may itself be damaged, and a list that agrees with itself proves nothing. What is believed:
the seal that the register or an unbroken history gives; without either, the one seal that all copies agree on. From
the seal follows the tag manifest, from that the manifests, from these every file.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import bag
from pipeline.copies.history import history_folder, read
from pipeline.copies.medium import Medium
from pipeline.copies.register import Register
from pipeline.copies.seal import seal_name
from pipeline.errors import NotRepairable, NoVerdict
from pipeline.files import digest_file


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one file must be: algorithm as `hashlib` names it, and digest in hexadecimal."""

    algorithm: str
    digest: str

    def __str__(self) -> str:
        """Give `algorithm:hex`."""
        return f"{self.algorithm}:{self.digest}"

    def fits(self, path: Path) -> bool:
        """Tell whether a file is there, can be read past the cache, and is the one that is wanted."""
        with suppress(OSError):
            return digest_file(path, (self.algorithm,), past_cache=True)[self.algorithm] == self.digest
        return False


@dataclass(frozen=True, slots=True)
class Reference:
    """A whole set as its lists say.

    Attributes:
        vouched_by: Who gives the seal: "register", "history" or "copies".
        files: Path -> what it must be, tag files included.
    """

    seal: str
    vouched_by: str
    files: dict[str, Wanted] = field(default_factory=dict)


def read_reference(copy: Path, sources: Sequence[Path], medium: Medium | None, register: Register | None) -> Reference:
    """Find the lists that are believed, file by file, in the copy itself and in its sources.

    Raises:
        NotRepairable: Nobody vouches for a seal, or the lists that belong to it are nowhere whole.
        NoVerdict: A history or the register cannot be read.
    """
    places = [copy, *sources]
    seal, vouched_by = _believed_seal(copy, sources, medium, register)
    reference = Reference(seal, vouched_by)
    name, root = _holding_seal(places, seal)
    reference.files[name] = Wanted("sha256", seal)
    for path, wanted in _lines(root, name, _declared(root)):
        reference.files[path] = wanted
    manifests = _manifests(reference)
    if not manifests:
        raise NotRepairable(
            "the tag manifest of {path} names no manifest; nothing says what the files must be", path=copy
        )
    # Any one complete list of strong digests will do; the strongest that is known comes last and stands.
    for manifest in sorted(manifests, key=lambda path: (list(bag.ALGORITHMS).index(_algorithm(path)), path)):
        holder = _holder(places, manifest, reference.files[manifest])
        for path, wanted in _lines(holder, manifest, _declared(holder)):
            reference.files[path] = wanted
    further = dict(reversed(list(_further_lists(places, name, reference))))  # the copy's own comes before the sources'
    reference.files.update({path: Wanted("sha256", digest) for path, digest in further.items()})
    return reference


def _further_lists(places: Sequence[Path], sealed: str, reference: Reference) -> Iterator[tuple[str, str]]:
    """Yield the tag manifests beside the sealed one, each as it stands where all its lines are true, with its digest.

    No list names them, so nothing but their own lines can vouch for them, held against files that are believed.
    """
    for place in places:
        with suppress(OSError):
            for path in sorted(place.iterdir()):
                known = bag.manifest_algorithm(path.name)
                if known and known[1] and path.name != sealed and _is_true(places, path, sealed, reference):
                    yield path.name, digest_of(path, "sha256")


def _is_true(places: Sequence[Path], path: Path, sealed: str, reference: Reference) -> bool:
    """Tell whether a list names what the sealed one names and nothing else, with digests that are theirs."""
    declared = _declared(path.parent)
    lines = dict(_lines(path.parent, path.name, declared))
    named = {name for name in reference.files if name != sealed and not name.startswith("data/")}
    clean = len(lines) == sum(1 for _ in bag.read_lines(path, declared.encoding))
    return (
        clean
        and named == set(lines)
        and all(
            any(reference.files[name].fits(place / name) and wanted.fits(place / name) for place in places)
            for name, wanted in lines.items()
        )
    )


def _manifests(reference: Reference) -> set[str]:
    """Name the payload manifests."""
    return {path for path in reference.files if (known := bag.manifest_algorithm(path)) and not known[1]}


def _believed_seal(
    copy: Path, sources: Sequence[Path], medium: Medium | None, register: Register | None
) -> tuple[str, str]:
    known = register.copy(medium.id, copy.name) if register and medium else None
    if known is not None:
        return known.seal, "register"
    if seal := _seal_of_history(copy):
        return seal, "history"
    told = {seal for source in sources if (seal := _seal_of_history(source))}
    if len(told) == 1:
        return told.pop(), "history"
    found = {seal for place in (copy, *sources) if (seal := _consistent_seal(place))} | told
    if len(found) == 1:
        return found.pop(), "copies"
    if not found:
        raise NotRepairable("no copy has a list of lists that can be read; nothing says what {path} must be", path=copy)
    raise NotRepairable(
        "the copies given are of different generations, and neither the register nor a history says which one {path} "
        "was; name copies of one generation only",
        path=copy,
    )


def _seal_of_history(copy: Path) -> str:
    """Give the seal that an unbroken history names; "" where there is none or it is in doubt."""
    try:
        history = read(history_folder(copy))
    except NoVerdict:
        return ""
    return history.records[-1].seal if history.records and not history.breaks else ""


def _consistent_seal(place: Path) -> str:
    """Give the seal of a copy whose tag manifest fits every list it names; "" where it does not."""
    try:
        name = seal_name([path.name for path in place.iterdir()])
        lines = dict(_lines(place, name, _declared(place))) if name else {}
    except OSError:
        return ""
    whole = bool(lines) and all(wanted.fits(place / path) for path, wanted in lines.items())
    return digest_of(place / name, "sha256") if whole else ""


def _holding_seal(places: Sequence[Path], seal: str) -> tuple[str, Path]:
    """Find a copy whose tag manifest is the one sealed."""
    for place in places:
        with suppress(OSError):
            name = seal_name([path.name for path in place.iterdir()])
            if name and Wanted("sha256", seal).fits(place / name):
                return name, place
    raise NotRepairable("no copy at hand has the list of lists that was sealed ({seal})", seal=f"{seal[:16]}…")


def _holder(places: Sequence[Path], path: str, wanted: Wanted) -> Path:
    for place in places:
        if wanted.fits(place / path):
            return place
    raise NotRepairable("{path} is whole in none of the copies at hand; nothing says what the files must be", path=path)


def _declared(root: Path) -> bag.Declaration:
    try:
        return bag.parse_declaration((root / "bagit.txt").read_bytes()[:10_000])
    except OSError:
        return bag.Declaration()


def _lines(root: Path, name: str, declared: bag.Declaration) -> Iterator[tuple[str, Wanted]]:
    """Yield path and digest of each line of a list that was found whole."""
    known = bag.manifest_algorithm(name)
    algorithm, tag = known or ("", False)
    lines = bag.read_lines(root / name, declared.encoding)
    for line in bag.parse_manifest(lines, algorithm=algorithm, tag=tag, version=declared.version):
        if line.path and algorithm in bag.ALGORITHMS:
            yield line.path, Wanted(bag.ALGORITHMS[algorithm][0], line.value)


def _algorithm(path: str) -> str:
    known = bag.manifest_algorithm(path)
    return known[0] if known and known[0] in bag.ALGORITHMS else next(iter(bag.ALGORITHMS))


def digest_of(path: Path, algorithm: str) -> str:
    """Give the digest of a file past the cache.

    Raises:
        OSError: It cannot be read.
    """
    return digest_file(path, (algorithm,), past_cache=True)[algorithm]
