"""The renderer of texts: one for the process, so that all services have one memo."""

from application.rendering import TextRenderer
from infra.blog.rendering.renderer import MarkdownRenderer

RENDERER: TextRenderer = MarkdownRenderer()
