"""What keeps a server or a command from starting; each message is one line that says what to do."""


class StartRefused(Exception):
    """What the settings name is not as it must be: the database, its schema, its other server."""


class WrongSetting(StartRefused):
    """A setting is missing, wrong or insecure; the message begins with its name."""
