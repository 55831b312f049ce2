"""Errors that prevent a start; each message is one line that says what to do."""


class StartRefused(Exception):
    """A server that the settings name can't be used: its schema differs, or another process uses
    it."""


class WrongSetting(StartRefused):
    """A setting is missing, wrong or insecure; the message begins with its name."""
