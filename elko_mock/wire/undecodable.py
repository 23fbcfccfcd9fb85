"""Why a body could not be read."""


class Undecodable(Exception):
    """A body that is not what it says it is.

    `where`: `line 3, column 7` for text that breaks off, `lines/0/quantity` for a place in the data, empty for the
    body as a whole. `message`: what is wrong and what to do, for people.
    """

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where
        self.message = message
