"""The mailer against a private Postfix and Dovecot, where Debian's packages of them are installed."""
