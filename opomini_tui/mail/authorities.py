"""Whom a secure connection trusts: SMTP, POP3 and the sign-in services, all in the same way."""

from __future__ import annotations

import ssl

from opomini_tui.errors import OpominiError
from opomini_tui.text import _


def trusting(file: str | None, certificates: str) -> ssl.SSLContext:
    """Certificates and host names are verified, always; own authorities count beside the system's.

    file: the path of a PEM file, or nothing. certificates: PEM text, or "".

    Raises:
        OpominiError: an own authority cannot be read.
    """
    context = ssl.create_default_context()
    if file:
        try:
            context.load_verify_locations(file)
        except OSError as error:
            message = _("The file {file} with the own certificate authority cannot be read ({why}). Check the setting.")
            raise OpominiError(message.format(file=file, why=error.strerror or type(error).__name__)) from error
    if certificates.strip():
        try:
            # What stands between the certificates may have letters of ours; it is not read.
            context.load_verify_locations(cadata=certificates.encode("ascii", "replace").decode())
        except ssl.SSLError as error:
            message = _(
                "The certificates of the own authority in the settings cannot be read ({why}). "
                "Paste them anew, each from BEGIN CERTIFICATE to END CERTIFICATE."
            )
            raise OpominiError(message.format(why=error.reason or type(error).__name__)) from error
    return context
