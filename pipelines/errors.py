"""Errors that a person reads: each says what is wrong, where, and what to do."""


class DemarcheError(Exception):
    """Something that the user can mend; printed as one line, exit status 1."""


class InputError(DemarcheError):
    """Wrong input (an unknown option's value, a malformed reference file); exit status 2."""


class MissingExtra(InputError):
    """A setting asks for what the default installation leaves out."""

    def __init__(self, setting: str, extra: str) -> None:
        super().__init__(
            f"{setting} needs the parts that the default installation leaves out: "
            f"PIP_CONSTRAINT=constraints.txt .venv/bin/pip install -e '.[{extra}]'"
        )
