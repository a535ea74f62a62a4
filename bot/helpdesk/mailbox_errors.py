"""What failures of mail servers mean, in the words of the helpdesk's errors. Nothing that a server said is repeated:
servers quote addresses, and some quote what they were sent."""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator

from imapclient.exceptions import (  # type: ignore[import-untyped]
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)

from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError

# Response codes of RFC 5530 and RFC 9051, section 7.1.
_CODE = re.compile(r"\[([A-Z-]{2,30})[\] ]")
_LATER = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"})


@contextlib.contextmanager
def imap_errors(host: str) -> Iterator[None]:
    """Turns what IMAPClient and the network raise into HelpdeskError."""
    with _network_errors("IMAP", host):
        try:
            yield
        except CapabilityError:
            raise _no_tls("IMAP", host) from None
        except LoginError as error:
            # IMAPClient makes a LoginError of a lost connection too.
            if isinstance(error.__context__, IMAPClientAbortError) or _code(error) in _LATER:
                raise _lost("IMAP", host) from None
            raise _login("IMAP", host) from None
        except IMAPClientAbortError:
            raise _lost("IMAP", host) from None
        except IMAPClientError as error:
            raise _imap_answer(host, _code(error)) from None
        except RecursionError:
            raise DeskRefused("structure du message illisible : un agent doit y répondre", code="structure") from None


@contextlib.contextmanager
def smtp_errors(host: str) -> Iterator[None]:
    """Turns what smtplib and the network raise into HelpdeskError."""
    with _network_errors("SMTP", host):
        try:
            yield
        except smtplib.SMTPNotSupportedError as error:
            raise (_no_tls if "STARTTLS" in str(error) else _login)("SMTP", host) from None
        except smtplib.SMTPAuthenticationError as error:
            raise _lost("SMTP", host) if error.smtp_code < 500 else _login("SMTP", host) from None
        except smtplib.SMTPRecipientsRefused as error:
            status = max(code for code, _ in error.recipients.values())
            if status >= 500:
                message = f"le serveur SMTP {host} refuse le destinataire ({status}) : vérifiez l’adresse"
                raise DeskRefused(message, code="recipient") from None
            raise _smtp_answer(host, status, "le destinataire") from None
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code >= 500:
                message = f"le serveur SMTP {host} refuse l’adresse d’envoi : vérifiez address et les droits du compte"
                raise DeskAuth(message, code="sender") from None
            raise _smtp_answer(host, error.smtp_code, "l’adresse d’envoi") from None
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError):
            raise _lost("SMTP", host) from None
        except smtplib.SMTPResponseException as error:
            raise _smtp_answer(host, error.smtp_code, "le message") from None
        except smtplib.SMTPException as error:
            # The bare class is raised where the server takes no way of logging in that we know.
            raise (_login if type(error) is smtplib.SMTPException else _lost)("SMTP", host) from None


def no_folder(name: str, key: str) -> DeskAuth:
    """A folder that is not there, or that the account may not open; ``key``: where it is set."""
    return DeskAuth(
        f"dossier « {name} » introuvable ou fermé à ce compte : créez-le, donnez-lui les droits ou corrigez {key}",
        code="folder",
    )


def read_only(name: str, key: str) -> DeskAuth:
    """A folder that the account may read but not change."""
    return DeskAuth(
        f"dossier « {name} » en lecture seule pour ce compte : donnez-lui les droits ({key})", code="rights"
    )


@contextlib.contextmanager
def _network_errors(protocol: str, host: str) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError:
        message = (
            f"le certificat du serveur {protocol} {host} n’est pas reconnu (autorité, nom ou date) : corrigez le nom "
            "du serveur, ou donnez l’autorité de votre structure par ca_file"
        )
        raise DeskAuth(message, code="certificate") from None
    except TimeoutError:
        message = f"le serveur {protocol} {host} répond trop lentement : nouvel essai plus tard"
        raise DeskTemporary(message, code="timeout") from None
    except ssl.SSLEOFError:
        raise _lost(protocol, host) from None
    except ssl.SSLError:
        raise _no_tls(protocol, host) from None
    except socket.gaierror:
        message = f"nom du serveur {protocol} {host} introuvable : vérifiez-le, ainsi que le DNS"
        raise DeskTemporary(message, code="dns") from None
    except OSError as error:
        if isinstance(error, smtplib.SMTPException):
            raise
        raise _lost(protocol, host) from None


def _imap_answer(host: str, code: str) -> HelpdeskError:
    if code == "OVERQUOTA":
        return DeskTemporary("la boîte est pleine : libérez de la place", code="quota", retry_after=3_600)
    if code in {"NOPERM", "ACL"}:
        return DeskAuth("droits insuffisants sur un dossier de la boîte : voyez la documentation", code="rights")
    return DeskTemporary(f"le serveur IMAP {host} a refusé une commande : nouvel essai plus tard", code="imap")


def _smtp_answer(host: str, status: int, what: str) -> HelpdeskError:
    if status >= 500:
        return DeskRefused(f"le serveur SMTP {host} refuse {what} ({status})", code=f"smtp_{status}")
    message = f"le serveur SMTP {host} remet {what} à plus tard ({status})"
    return DeskTemporary(message, code=f"smtp_{status}")


def _code(error: Exception) -> str:
    found = _CODE.search(str(error)[:1_000])
    return found.group(1) if found else ""


def _lost(protocol: str, host: str) -> DeskTemporary:
    message = f"connexion au serveur {protocol} {host} impossible ou perdue : nouvel essai plus tard"
    return DeskTemporary(message, code="connect")


def _login(protocol: str, host: str) -> DeskAuth:
    message = f"le serveur {protocol} {host} refuse ce compte : vérifiez le nom, puis le mot de passe ou le jeton"
    return DeskAuth(message, code="login")


def _no_tls(protocol: str, host: str) -> DeskAuth:
    key = protocol.lower()
    message = (
        f"pas de connexion chiffrée avec le serveur {protocol} {host} : vérifiez {key}_port et {key}_security "
        "(rien n’est envoyé en clair)"
    )
    return DeskAuth(message, code="tls")
