"""Configurations of Dovecot and Exim for the tests: no file of the system is read, nothing listens but on loopback."""

import grp
import os
import pwd
import shutil
from pathlib import Path

import trustme

DOMAIN = "cabinet.test"
PASSWORD = "mot-de-passe-CANARI-7431"
ACCENTED = "clé-à-molette-CANARI"
"""The password of accounts whose name begins with "accent"."""
KEY = "cle-des-jetons"


def certificates(folder: Path) -> None:
    """An authority, a certificate of it for localhost, and another authority."""
    authority = trustme.CA(organization_name="Essai")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    for i, part in enumerate(issued.cert_chain_pems):
        part.write_to_path(folder / "cert.pem", append=i > 0)
    (folder / "key.pem").chmod(0o644)
    trustme.CA(organization_name="Autre").cert_pem.write_to_path(folder / "other-ca.pem")


def account() -> tuple[str, str]:
    """Under which account mail is kept: the system's own as root, else the one that runs the tests."""
    if os.getuid() == 0:
        return "mail", "mail"
    return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


def owned(folder: Path) -> None:
    """A folder of the account under which mail is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        user, group = account()
        shutil.chown(folder, user, group)


def dovecot(folder: Path, imap: int, imap_starttls: int) -> str:
    """Dovecot 2.3, Maildir; every user exists, rights by ACL files."""
    user, group = account()
    internal = (
        ""
        if os.getuid() == 0
        else f"default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}"
    )
    return f"""\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{internal}
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  username_filter = accent*
  args = password={ACCENTED}
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
protocol imap {{
  mail_plugins = acl
}}
plugin {{
  acl = vfile
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Brouillons {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox "Envoyés" {{
    auto = create
    special_use = \\Sent
  }}
}}
service anvil {{
  chroot =
  # Else each wrong password of an address makes the next login wait longer, two seconds and more.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_starttls}
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
"""


def oauth2(folder: Path) -> str:
    """How Dovecot checks tokens: by itself, with a key."""
    return f"""\
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = email
"""


def exim(folder: Path, smtp: int, smtp_starttls: int) -> str:
    """Exim 4.96: submission for those who log in, delivery into Dovecot's folders."""
    user, group = account()
    return f"""\
exim_user = {user}
exim_group = {group}
primary_hostname = {DOMAIN}
spool_directory = {folder}/spool
log_file_path = {folder}/spool/%slog
pid_file_path = {folder}/spool/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp} : {smtp_starttls}
tls_on_connect_ports = {smtp}
tls_advertise_hosts = *
tls_certificate = {folder}/cert.pem
tls_privatekey = {folder}/key.pem
host_lookup =
rfc1413_hosts =
keep_environment =
acl_smtp_rcpt = recipient
acl_smtp_data = accept
message_size_limit = 1M
never_users = root
begin acl
recipient:
  deny    message = authentication required
          !authenticated = *
  defer   message = try later
          local_parts = plus-tard
  deny    message = unknown user
          condition = ${{lookup{{$local_part@$domain}}dsearch,filter=dir{{{folder}/mail}}{{no}}{{yes}}}}
  accept  domains = {DOMAIN}
begin routers
here:
  driver = accept
  domains = {DOMAIN}
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {folder}/mail/${{lookup{{$local_part@$domain}}dsearch,filter=dir{{{folder}/mail}}}}
  maildir_format
  return_path_add
  user = {user}
  group = {group}
  mode = 0600
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{${{if match{{$auth2}}{{^accent}}{{{ACCENTED}}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
xoauth2:
  driver = plaintext
  public_name = XOAUTH2
  server_prompts = :
  server_condition = ${{if match{{$auth1}}{{\\N^user=.*auth=Bearer \\S{{40,}}\\N}}}}
  server_set_id = oauth
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""
