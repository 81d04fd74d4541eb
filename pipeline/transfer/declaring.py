"""What is declared of the batch (Thông tư 05/2025/TT-BNV Đ20.3): taken from the sealed set, nothing is made up."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.transfer.values import DIRECT, ONLINE, Declaration, TransferFinding

# Key of batch.toml -> field of `Declaration`, letter of Đ20.3; "nếu có" and what is counted are left out.
_NEEDED: Mapping[str, tuple[str, str]] = {
    "batch.code": ("request_code", "a"),
    "batch.agency_name": ("agency_name", "b"),
    "batch.agency_code": ("agency_code", "c"),
    "transfer.paper_transferred": ("paper_transferred", "d"),
    "batch.transfer_number": ("transfer_number", "đ"),
    "transfer.summary": ("summary", "e"),
    "transfer.period_start": ("period_start", "e"),
    "transfer.period_end": ("period_end", "e"),
    "transfer.planned": ("planned", "l"),
    "transfer.way": ("way", "m"),
    "transfer.contact_name": ("contact_name", "n"),
    "transfer.contact_position": ("contact_position", "n"),
    "transfer.contact_phone": ("contact_phone", "n"),
    "transfer.contact_email": ("contact_email", "n"),
    "batch.fonds_code": ("fonds_code", "p"),
    "batch.fonds_name": ("fonds_name", "p"),
    "transfer.classification": ("classification", "q"),
}
WAYS = (DIRECT, ONLINE)


def declare(batch: Mapping[str, str], transfer: Mapping[str, str], number: int | None) -> Declaration:
    """Give the declaration of a set.

    Args:
        batch: Table [batch] of batch.toml as the set has it.
        transfer: Table [transfer].
        number: Number of the transfer that was asked for; None for that of the set.
    """
    said = {**transfer, **batch, "request_code": batch.get("code", "")}
    known = Declaration.__dataclass_fields__
    made = Declaration(**{name: value for name, value in said.items() if name in known})
    return replace(made, transfer_number=str(number)) if number else replace(made, transfer_number=_number(made))


def faults(declaration: Declaration) -> Iterator[TransferFinding]:
    """Give what the declaration lacks, by the key of batch.toml that says it."""
    for key, (name, letter) in _NEEDED.items():
        if not getattr(declaration, name):
            yield TransferFinding("declaration-missing", details={"key": key, "letter": letter})
    if not declaration.date:
        yield TransferFinding("date-missing", details={"key": "batch.date"})
    way, number = declaration.way, declaration.transfer_number
    if way and way not in WAYS:
        yield _wrong("transfer.way", way, " / ".join(WAYS), "m")
    if number and not (number.isascii() and number.isdigit() and int(number)):
        yield _wrong("batch.transfer_number", number, "1, 2, 3 ...", "đ")


def _wrong(key: str, value: str, wanted: str, letter: str) -> TransferFinding:
    return TransferFinding(
        "declaration-wrong", details={"key": key, "value": value, "wanted": wanted, "letter": letter}
    )


def _number(declaration: Declaration) -> str:
    """Give the number without leading zeros, so that the same one is known again."""
    text = declaration.transfer_number
    return str(int(text)) if text.isascii() and text.isdigit() else text
