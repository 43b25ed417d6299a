"""Errors that a person reads: each says what is wrong, where, and what to do."""


class DemarcheError(Exception):
    """Something that the user can mend; printed as one line, exit status 1."""


class InputError(DemarcheError):
    """Wrong input (an unknown option's value, a malformed reference file); exit status 2."""
