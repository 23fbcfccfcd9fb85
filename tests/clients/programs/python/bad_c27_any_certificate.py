"""Breaks C27: takes any certificate, since "it did not work otherwise"."""

import ssl

from daily_job import main
from elko_client import Elko


class TrustsAnyone(Elko):
    def tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context


main(elko=TrustsAnyone)
