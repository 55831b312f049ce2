"""The links in mails."""

from uuid import UUID

from core.dependencies.resources import Resources
from infra.mail.links import PublicLinks


def links_of(resources: Resources, tenant: UUID) -> PublicLinks:
    """Make the links of one tenant's mails: to pages, where there are any."""
    return PublicLinks(
        resources.public_url, resources.has_site, resources.unsubscribe_tokens, tenant
    )
